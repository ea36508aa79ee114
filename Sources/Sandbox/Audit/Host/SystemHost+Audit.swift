internal import LinuxSystem

extension SystemHost: AuditHost {
    package func details(_ path: NormalPath) -> HostFileDetails? {
        guard let found = try? FileFacts.read(path.text) else { return nil }
        let kind: HostFileDetails.Kind =
            switch found.kind {
            case .regular: .file
            case .folder: .folder
            case .link: .link
            case .socket: .socket
            case .pipe: .pipe
            case .device: .device
            }
        return HostFileDetails(
            kind: kind, device: found.version.device, inode: found.version.inode, owner: found.owner, mode: found.mode,
            links: found.links, hasCapabilities: kind == .file && File.hasCapabilities(path.text))
    }

    package func fileSystem(at path: NormalPath) -> String? {
        guard let text = try? File.readText("/proc/self/mountinfo") else { return nil }
        // Of two on the same point, the later one covers the earlier.
        return MountEntry.all(in: text).filter { NormalPath($0.point).map { path.isBeneath($0) } ?? false }
            .enumerated().max { ($0.element.point.utf8.count, $0.offset) < ($1.element.point.utf8.count, $1.offset) }?
            .element.type
    }

    package func knowsSystemCall(_ name: String) -> Bool {
        SystemCalls.number(name) != .unknown
    }
}
