internal import CJail
internal import Confinement
internal import LinuxSystem

/// Folders that are made on the host for a jail without mounts of its own, and removed with it: what `${tmp}` is there.
///
/// Each is locked for as long as it is somebody's. One that nobody holds is what a jail left that was killed, and whoever
/// makes the next one beside it takes it away.
final class OwnFolders {
    private var paths: [String] = []
    private var locks: [OwnedDescriptor] = []

    /// None.
    init() {}

    init(_ folders: [FreshFolder]) throws(FailedAnswer) {
        do throws(FailedAnswer) {
            for folder in folders { try make(folder.path) }
        } catch {
            remove()
            throw error
        }
    }

    private func make(_ path: String) throws(FailedAnswer) {
        let (above, name) = Self.parts(path)
        let isOutermost = !paths.contains { path.isBeneath($0) }
        if isOutermost { Self.removeForgotten(in: above, like: name) }
        let parent = try Kernel.descriptor(.makeFolders, above, cjail_open_source(above))
        try Kernel.step(.makeFolders, path, cjail_make_folder(parent.raw, name, 0o700))
        guard isOutermost else { return }
        paths.append(path)
        let folder = try Kernel.descriptor(.makeFolders, path, cjail_open_to_lock(parent.raw, name))
        try Kernel.step(.makeFolders, path, cjail_lock(folder.raw, 1))
        locks.append(OwnedDescriptor(folder))
    }

    /// When nobody is left who could put something into them.
    func remove() {
        for path in paths { File.removeTree(path) }
        paths = []
        locks = []
    }

    /// Of the same kind by their names, and of our user.
    private static func removeForgotten(in folder: String, like name: String) {
        guard let dash = name.lastIndex(of: "-"), let parent = try? Descriptor.open(folder, [.readOnly, .directory]),
            let names = try? Directory.entries(folder)
        else { return }
        for other in names where other != name && other.hasPrefix(name[...dash]) {
            let opened = cjail_open_to_lock(parent.raw, other)
            guard opened >= 0 else { continue }
            let found = Descriptor(owning: Int32(opened))
            let path = "\(folder)/\(other)"
            guard (try? File.entry(path))?.owner == cjail_user(), cjail_lock(found.raw, 1) == 0 else { continue }
            File.removeTree(path)
        }
    }

    private static func parts(_ path: String) -> (folder: String, name: String) {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        return (cut == path.startIndex ? "/" : String(path[..<cut]), String(path[path.index(after: cut)...]))
    }
}
