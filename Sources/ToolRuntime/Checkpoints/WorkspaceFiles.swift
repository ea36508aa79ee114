package import LinuxSystem

/// Files of a workspace, read and written from its own folder downwards. No link is followed on the way, neither one that
/// was always there nor one that somebody has planted since; the last part of a path is what it is by itself.
package struct WorkspaceFiles: Sendable {
    private let root: OwnedDescriptor

    package init(_ workspace: String) throws(SystemError) {
        root = OwnedDescriptor(
            try Descriptor.open(workspace, in: nil, [.placeOnly, .directory], [.noMagicLinks]))
    }

    /// Why a path is left alone.
    package struct Refusal: Error, Sendable, Equatable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    /// What is there now; its content where it can be kept.
    package func now(_ path: String) throws(Refusal) -> (state: CheckpointRecord.State, content: [UInt8]) {
        let (parentPath, name) = try Self.parts(path)
        do throws(SystemError) {
            let parent = try folder(parentPath)
            let facts = try parent.facts(of: name)
            switch facts.kind {
            case .regular: return try read(name, parent)
            case .link:
                let target = try Descriptor.linkTarget(of: Array(name.utf8), in: parent.raw)
                return (CheckpointRecord.State(kind: .link, bytes: target.count), target)
            case .folder: throw SystemError(call: "open", code: SystemError.notADirectory, subject: path)
            case .socket, .pipe, .device: throw SystemError(call: "open", code: SystemError.invalid, subject: path)
            }
        } catch {
            if error.isNotFound { return (.nothing, []) }
            throw Self.refusal(error)
        }
    }

    /// What lies in a folder; nothing where there is none, or only through a link.
    package func names(in path: String) -> [String] {
        var names: [String] = []
        try? Descriptor.open(path, in: root.raw, [.readOnly, .directory], Self.inside).visitEntries { entry in
            names.append(String(decoding: entry.name, as: UTF8.self))
            return names.count < Self.namesMax
        }
        return names.sorted()
    }

    private static let namesMax = 1000

    private func read(
        _ name: String, _ parent: borrowing Descriptor
    ) throws(SystemError) -> (state: CheckpointRecord.State, content: [UInt8]) {
        let file = try Descriptor.open(
            name, in: parent.raw, [.readOnly, .nonblocking, .noFollow, .noTerminal], Self.inside)
        let facts = try file.facts()
        if facts.kind != .regular { throw SystemError(call: "open", code: SystemError.invalid) }
        let mode = Int(facts.mode & 0o777)
        // One more than it says, to see its end.
        let bytes = facts.size > CheckpointKeeper.bytesMax ? [] : try file.read(0..<facts.size + 1)
        if facts.size > CheckpointKeeper.bytesMax || bytes.count > facts.size {
            return (CheckpointRecord.State(kind: .large, bytes: facts.size, mode: mode), [])
        }
        return (CheckpointRecord.State(kind: .file, bytes: bytes.count, mode: mode), bytes)
    }

    /// The old or the new is there at every moment. A link that stands there goes; where it led to stays as it is.
    package func put(_ path: String, _ state: CheckpointRecord.State, _ content: [UInt8]) throws(Refusal) {
        let (parentPath, name) = try Self.parts(path)
        do throws(SystemError) {
            let parent = try folder(parentPath, makes: state.kind != .nothing)
            switch state.kind {
            case .nothing: try parent.unlink(name)
            case .large: throw SystemError(call: "write", code: SystemError.tooLarge, subject: path)
            case .link: try link(content, parent, name)
            case .file: try write(content, state, parent, name)
            }
        } catch {
            throw Self.refusal(error)
        }
    }

    /// How many of the folders around a file are missing.
    func missingFolders(around path: String) -> Int {
        Self.folders(around: path).prefix { problem(opening: $0)?.isNotFound == true }.count
    }

    /// The nearest one first.
    static func folders(around path: String) -> [String] {
        var folders: [String] = []
        var folder = (try? parts(path))?.parent ?? "."
        while folder != "." {
            folders.append(folder)
            folder = above(folder).folder
        }
        return folders
    }

    private func problem(opening path: String) -> SystemError? {
        do throws(SystemError) {
            _ = try folder(path)
            return nil
        } catch {
            return error
        }
    }

    /// False where something is in it, or there is none.
    func removeEmptyFolder(_ path: String) -> Bool {
        let (above, name) = Self.above(path)
        do throws(SystemError) {
            try folder(above).removeFolder(name)
            return true
        } catch {
            return false
        }
    }

    private func link(_ target: [UInt8], _ parent: borrowing Descriptor, _ name: String) throws(SystemError) {
        let temporary = Leftovers.name(for: name)
        try parent.makeLink(temporary, to: target)
        do throws(SystemError) {
            try parent.rename(temporary, to: name)
        } catch {
            try? parent.unlink(temporary)
            throw error
        }
    }

    private func write(
        _ content: [UInt8], _ state: CheckpointRecord.State, _ parent: borrowing Descriptor, _ name: String
    ) throws(SystemError) {
        let new = try NewFile.make(name, in: parent, mode: 0o600)
        do throws(SystemError) {
            try new.descriptor.writeAll(content)
            if let old = try? Descriptor.open(name, in: parent.raw, [.readOnly, .nonblocking, .noFollow], Self.inside) {
                _ = old.copyAttributes(to: new.descriptor)
            }
            try new.descriptor.changeMode(UInt32(state.mode ?? 0o644) & 0o777)
            try new.descriptor.synchronize()
        } catch {
            new.discard(in: parent)
            throw error
        }
        try new.put(as: name, in: parent, replaces: true)
    }

    private static let inside: PathResolution = [.beneath, .noLinks, .noMagicLinks]

    private func folder(_ path: String, makes: Bool = false) throws(SystemError) -> Descriptor {
        do throws(SystemError) {
            return try Descriptor.open(path, in: root.raw, [.placeOnly, .directory], Self.inside)
        } catch {
            guard makes, error.isNotFound, path != "." else { throw error }
        }
        let (above, name) = Self.above(path)
        let parent = try folder(above, makes: true)
        do throws(SystemError) {
            try parent.makeFolder(name, mode: 0o777)
        } catch {
            if !error.isExisting { throw error }
        }
        return try Descriptor.open(path, in: root.raw, [.placeOnly, .directory], Self.inside)
    }

    /// Of a folder's path.
    private static func above(_ path: String) -> (folder: String, name: String) {
        guard let cut = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        return (String(path[..<cut]), String(path[path.utf8.index(after: cut)...]))
    }

    /// Records are ours, but what they say of a path came from a call.
    private static func parts(_ path: String) throws(Refusal) -> (parent: String, name: String) {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard !path.utf8.contains(0), let last = parts.last,
            !parts.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
        else { throw Refusal(reason: "that is no path below the workspace") }
        let above = parts.dropLast().map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
        return (above.isEmpty ? "." : above, String(decoding: last, as: UTF8.self))
    }

    private static func refusal(_ error: SystemError) -> Refusal {
        switch error {
        case _ where error.isLoop: Refusal(reason: "a link stands in its way; it is not followed")
        case _ where error.isOutside: Refusal(reason: "it leads out of the workspace")
        case _ where error.isNotADirectory: Refusal(reason: "a folder stands there now, or a file where its folder was")
        case _ where error.code == SystemError.invalid: Refusal(reason: "it is neither a file nor a link now")
        case _ where error.code == SystemError.tooLarge: Refusal(reason: "it was too long to be kept")
        default: Refusal(reason: error.reason)
        }
    }
}
