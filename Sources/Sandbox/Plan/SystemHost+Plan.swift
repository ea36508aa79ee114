internal import Confinement
internal import LinuxSystem

extension SystemHost: PlanHost {
    package func file(_ path: NormalPath) -> HostFile? {
        guard let status = try? File.status(path.text) else { return nil }
        let kind: HostFileKind =
            switch status.kind {
            case .regular: .file
            case .directory: .folder
            case .other: .other
            }
        var file = HostFile(
            kind: kind, device: status.identity.device, inode: status.identity.inode, size: status.size,
            modifiedNanoseconds: status.identity.modifiedSeconds &* 1_000_000_000
                &+ status.identity.modifiedNanoseconds,
            changedNanoseconds: status.changedNanoseconds, owner: status.owner, group: status.group, mode: status.mode)
        file.links = status.links
        return file
    }

    package func isStandIn(_ path: NormalPath) -> Bool {
        guard File.hasAttribute(path.text, StandInMark.attribute) else { return false }
        switch file(path)?.kind {
        case .folder: return entries(of: path)?.isEmpty == true
        case .file: return (file(path)?.size).map { $0 <= StandInMark.bytesMax } == true
        default: return false
        }
    }

    package func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? {
        try? File.read(path.text, from: offset, count: count)
    }

    package func entries(of folder: NormalPath) -> [HostEntry]? {
        guard let entries = try? Directory.listing(folder.text) else { return nil }
        return entries.map { entry in
            let kind: HostEntry.Kind =
                switch entry.kind {
                case .regular: .file
                case .directory: .folder
                case .link: .link
                case .other: .other
                }
            return HostEntry(name: entry.name, kind: kind)
        }.sorted { $0.name < $1.name }
    }
}
