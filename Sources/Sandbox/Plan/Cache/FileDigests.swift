package import Digest
internal import LinuxSystem
internal import Synchronization

/// SHA-256 of what a plan names, each file read once for as long as it is the same: the kernel changes its times with every
/// byte, and nobody can set the one of the last change back.
package final class FileDigests: Sendable {
    private let known = Mutex<[HostFile: SHA256]>([:])
    private static let filesMax = 16_384
    private static let pieceBytes = 1 << 20

    package init() {}

    /// nil where it cannot be read, or is not the file any more that the plan was made with.
    package func digest(of planned: PlannedFile) -> SHA256? {
        guard SystemHost().file(planned.path) == planned.file else { return nil }
        if let digest = known.withLock({ $0[planned.file] }) { return digest }
        guard let digest = Self.read(planned.path), SystemHost().file(planned.path) == planned.file else { return nil }
        known.withLock { known in
            if known.count >= Self.filesMax { known = [:] }
            known[planned.file] = digest
        }
        return digest
    }

    private static func read(_ path: NormalPath) -> SHA256? {
        guard let file = try? Descriptor.open(path.text, [.readOnly, .nonblocking]) else { return nil }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { unsafe room.deallocate() }
        var hash = SHA256.Hasher()
        while true {
            guard let count = unsafe try? file.read(into: room) else { return nil }
            if count == 0 { return hash.finish() }
            unsafe hash.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }
}
