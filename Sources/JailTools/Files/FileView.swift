internal import LinuxSystem

/// The files that a call may reach: beneath the workspace nothing leads out of it; elsewhere the jail alone decides.
final class FileView {
    private let workspace: String
    private var root: OwnedDescriptor?

    init(workspace: String) { self.workspace = Self.tidy(workspace) }

    /// Absolute, without empty parts and single dots. Two dots stay: what they mean depends on links.
    func absolute(_ path: String) throws(ToolFailure) -> String {
        if path.isEmpty { throw ToolFailure(.invalidInput, "The path is empty.") }
        if path.utf8.contains(0) { throw ToolFailure(.invalidInput, "A path cannot contain a null character.") }
        return Self.tidy(path.hasPrefix("/") ? path : "\(workspace)/\(path)")
    }

    /// `path` as `absolute` made it.
    func open(_ path: String, _ flags: OpenFlags) throws(SystemError) -> Descriptor {
        guard let inside = relative(path, to: workspace) else {
            return try Descriptor.open(path, in: nil, flags, .noMagicLinks)
        }
        let root = try openRoot()
        do throws(SystemError) {
            return try Descriptor.open(inside, in: root.raw, flags, [.beneath, .noMagicLinks])
        } catch {
            guard error.isOutside, let place = try insidePlace(of: path, root) else { throw error }
            return try Descriptor.open(place, in: root.raw, flags, [.beneath, .noMagicLinks, .noLinks])
        }
    }

    /// Absolute links count as leading out of the workspace, even those that lead back into it: where such a path ends, if
    /// that is inside.
    private func insidePlace(of path: String, _ root: OwnedDescriptor) throws(SystemError) -> String? {
        let place = try Descriptor.open(path, in: nil, .placeOnly, .noMagicLinks).place()
        return relative(place, to: try root.place())
    }

    private func openRoot() throws(SystemError) -> OwnedDescriptor {
        if let root { return root }
        let opened = OwnedDescriptor(
            try Descriptor.open(workspace, in: nil, [.placeOnly, .directory], .noMagicLinks))
        root = opened
        return opened
    }

    private func relative(_ path: String, to folder: String) -> String? {
        if path == folder { return "." }
        if folder == "/" { return String(path.dropFirst()) }
        // By bytes: names that only look the same are not the same.
        let start = folder.utf8.count + 1
        guard path.utf8.starts(with: (folder + "/").utf8) else { return nil }
        return String(decoding: path.utf8.dropFirst(start), as: UTF8.self)
    }

    private static func tidy(_ path: String) -> String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
        return "/" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }
}

extension OwnedDescriptor {
    fileprivate func place() throws(SystemError) -> String { try File.linkTarget("/proc/self/fd/\(raw)") }
}

extension String {
    /// The folder of an absolute path, and its last part.
    var folderAndName: (folder: String, name: String) {
        guard let cut = utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("/", self) }
        let name = String(decoding: utf8[utf8.index(after: cut)...], as: UTF8.self)
        return (cut == startIndex ? "/" : String(decoding: utf8[..<cut], as: UTF8.self), name)
    }
}
