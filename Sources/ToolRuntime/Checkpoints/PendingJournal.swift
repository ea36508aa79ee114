package import LinuxSystem

/// The small checkpoints of one process, in a row in one file: to make a file takes a file system ten to forty times as long as
/// to write to one that is open. On one thread.
///
/// The lock is held while it is written to; whoever takes the file into the store holds it while the file is removed.
package final class PendingJournal {
    private let pending: PendingCheckpoints
    private var open: Open?

    private struct Open {
        let file: OwnedDescriptor
        let name: String
        var bytes = 0
    }

    /// What is written in one go.
    static let smallBytes = 64 << 10
    /// Whoever takes it in reads all of it.
    static let fileBytesMax = 4 << 20

    package init(_ pending: PendingCheckpoints) { self.pending = pending }

    package func add(
        _ record: CheckpointRecord, _ contents: [[UInt8]]
    ) throws(SystemError) -> PendingCheckpoints.Place {
        let entry = contents.reduce(into: PendingCheckpoints.head(record, contents)) { $0 += $1 }
        if let place = try append(entry) { return place }
        let name = PendingCheckpoints.name(record)
        let file = try Descriptor.open(
            "\(pending.folder)/\(name)", [.writeOnly, .create, .exclusive, .append, .noFollow])
        open = Open(file: OwnedDescriptor(file), name: name)
        guard let place = try append(entry) else {
            throw SystemError(call: "flock", code: SystemError.busy, subject: name)
        }
        return place
    }

    /// nil where there is no file for it: none yet, a full one, or one that somebody takes in or has taken in.
    private func append(_ entry: [UInt8]) throws(SystemError) -> PendingCheckpoints.Place? {
        guard var journal = open else { return nil }
        // Also after an error: what is behind an entry that was broken off would not be found.
        open = nil
        guard journal.bytes < Self.fileBytesMax, try journal.file.tryLockExclusively() else { return nil }
        defer { try? journal.file.unlock() }
        if try journal.file.facts().links == 0 { return nil }
        try journal.file.writeAll(entry)
        let offset = journal.bytes
        journal.bytes += entry.count
        open = journal
        return .init(name: journal.name, offset: offset)
    }
}
