internal import Digest
internal import JSON
package import LinuxSystem
internal import Synchronization

/// Why a record was not written. Who runs tools decides what follows; nothing is written half.
package struct AuditError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
}

/// The record of what tools did: append-only lines, each with the hash of the one before, by any number of processes at
/// once. `append` waits for the lock of other writers, so that it belongs on a `BlockingPool`; `appendIfFree` does not.
///
/// Each record is handed to the kernel before `append` returns, so the end of this process loses none. The end of the
/// machine can lose the last seconds, unless `durability` asks for more (docs/decisions/011-audit-log.md).
package final class AuditLog: Sendable {
    package enum Durability: Sendable {
        /// The disk is waited for when a file is full.
        case system
        /// And after each record.
        case eachRecord
    }

    package let folder: AuditFolder
    private let fileBytesMax: Int
    private let durability: Durability
    private let now: @Sendable () -> CivilTime
    private let state = Mutex(State())

    private struct State {
        var isPrepared = false
        /// What this process found or wrote last; right as long as the file is still that one.
        var tail: (value: AuditTail, identity: File.Identity)?
        /// Nothing is known that would keep the next record from being written.
        var isReady = false
    }

    /// More than one record and what may have to be said before it.
    static let reserveBytes = AuditRecord.bytesMax + (64 << 10)

    package static let defaultFileBytesMax = 16 << 20

    package init(
        folder: String, fileBytesMax: Int = defaultFileBytesMax, durability: Durability = .system,
        now: @escaping @Sendable () -> CivilTime = { CivilTime.now() }
    ) {
        self.folder = AuditFolder(folder)
        self.fileBytesMax = fileBytesMax
        self.durability = durability
        self.now = now
    }

    /// Whether a run may begin: its record will find its place.
    package var isReady: Bool { state.withLockIfAvailable { $0.isReady } ?? false }

    /// Sees to it, or says why a record could not be written. Room is kept that only a record gets: a run may fill the disk, and the
    /// record of that run is the one that will be asked for.
    package func makeReady() throws(AuditError) {
        try state.withLock { state in
            written(&state) { state throws(SystemError) in
                try prepare(&state)
                let lock = try File.lock(folder.lockPath)
                defer { withExtendedLifetime(lock) {} }
                let tail = try currentTail(&state)
                if tail.fileNumber > 0 {
                    try remember(tail, &state)
                    _ = try Descriptor.open(folder.filePath(tail.fileNumber), [.writeOnly, .append, .noFollow])
                    _ = try Descriptor.open(folder.headPath, [.writeOnly, .create, .noFollow])
                }
                if (try? File.status(folder.reservePath).size) != Self.reserveBytes {
                    try File.writeAtomically(folder.reservePath, [UInt8](repeating: 0, count: Self.reserveBytes))
                }
                state.isReady = true
            }
        }.get()
    }

    /// Where the chain ends with the new record.
    @discardableResult
    package func append(_ entry: AuditEntry) throws(AuditError) -> AuditEnd {
        let members = entry.members
        return try state.withLock { state in
            written(&state) { state throws(SystemError) in
                try prepare(&state)
                let lock = try File.lock(folder.lockPath)
                defer { withExtendedLifetime(lock) {} }
                do throws(SystemError) {
                    return try append(.run, members, &state)
                } catch  where error.code == SystemError.noSpace {
                    try File.remove(folder.reservePath)
                    // What was written of it is a torn line now.
                    (state.tail, state.isReady) = (nil, false)
                    return try append(.run, members, &state)
                }
            }
        }.get()
    }

    /// The same where it is a matter of one line for the page cache, which takes less than it takes to have another thread do it.
    /// nil, and nothing written, where it is more than that: somebody else is writing, the end has yet to be found, or the
    /// file is full.
    package func appendIfQuick(_ entry: AuditEntry) throws(AuditError) -> AuditEnd? {
        let members = entry.members
        let result: Result<AuditEnd?, AuditError>? = state.withLockIfAvailable { state in
            written(&state) { state throws(SystemError) -> AuditEnd? in
                guard let known = state.tail, known.value.fileBytes + AuditRecord.bytesMax < fileBytesMax,
                    durability == .system, let lock = try File.lockIfFree(folder.lockPath)
                else { return nil }
                defer { withExtendedLifetime(lock) {} }
                return try append(.run, members, &state)
            }
        }
        return try result?.get() ?? nil
    }

    /// Whatever was written or not when it failed: the next one looks anew.
    private func written<End>(
        _ state: inout State, _ body: (inout State) throws(SystemError) -> End
    ) -> Result<End, AuditError> {
        do throws(SystemError) {
            return .success(try body(&state))
        } catch {
            (state.tail, state.isReady) = (nil, false)
            return .failure(AuditError(description: "the audit log cannot be written: \(error)"))
        }
    }

    private func prepare(_ state: inout State) throws(SystemError) {
        if state.isPrepared { return }
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(folder.path)
        } catch {
            switch error {
            case .failed(let problem): throw problem
            case .notAFolder: throw SystemError(call: "mkdir", code: SystemError.notADirectory, subject: folder.path)
            case .ownedBy: throw SystemError(call: "mkdir", code: SystemError.notPermitted, subject: folder.path)
            }
        }
        state.isPrepared = true
    }

    // MARK: With the lock held

    private func append(
        _ kind: AuditLink.Kind, _ members: [JSONObject.Member], _ state: inout State
    ) throws(SystemError) -> AuditEnd {
        var tail = try currentTail(&state)
        let end = try write(kind, members, &tail)
        try remember(tail, &state)
        return end
    }

    /// The end that the next record goes to, after healing.
    private func currentTail(_ state: inout State) throws(SystemError) -> AuditTail {
        if let known = state.tail, !File.exists(folder.filePath(known.value.fileNumber + 1)),
            let identity = try? File.status(folder.filePath(known.value.fileNumber)).identity,
            identity == known.identity
        {
            return known.value
        }
        var tail = try AuditTail.find(folder)
        try heal(&tail)
        return tail
    }

    private func remember(_ tail: AuditTail, _ state: inout State) throws(SystemError) {
        state.tail = (tail, try File.status(folder.filePath(tail.fileNumber)).identity)
    }

    /// Says in the log itself what is wrong with its end, and goes on behind it. Nothing that is there is changed.
    private func heal(_ tail: inout AuditTail) throws(SystemError) {
        let head = try AuditHead.read(folder)
        if !tail.torn.isEmpty { try endTornLine(&tail) }
        if case .end(let end) = head, end.sequence > tail.end.sequence {
            // Their numbers are not given away a second time, and their loss stays to be seen.
            let last = tail.end.sequence
            tail.end = end
            try notice(.recordsMissing, ["first": .int(last + 1), "last": .int(end.sequence)], &tail)
        } else if case .end(let end) = head, end.sequence == tail.end.sequence, end != tail.end {
            let found = tail.end.hash.description
            tail.end = end
            try notice(
                .recordChanged, ["record": .int(end.sequence), "found_digest": .string("sha256:\(found)")], &tail)
        } else if tail.isUnreadable {
            try notice(.lineUnreadable, ["after": .int(tail.end.sequence)], &tail)
        } else if case .end = head {
            // In order, or behind by the record that its writer had no more time to note.
        } else if head == .unreadable || tail.end.sequence > 1 {
            // Written in place, so that what is too long would stay.
            if head == .unreadable { try File.remove(folder.headPath) }
            try notice(head == .missing ? .headMissing : .headUnreadable, [:], &tail)
        }
        tail.isUnreadable = false
    }

    private func endTornLine(_ tail: inout AuditTail) throws(SystemError) {
        let torn = tail.torn
        tail.torn = []
        if let record = AuditRecord.read(torn), record.link.sequence == tail.end.sequence + 1,
            record.link.previous == tail.end.hash
        {
            // Only the line feed was missing.
            tail.end = AuditEnd(sequence: record.link.sequence, hash: SHA256(of: torn))
        }
        let digest = SHA256(of: torn).description
        try notice(
            .tornLine, ["torn_bytes": .int(torn.count), "torn_digest": .string("sha256:\(digest)")], &tail,
            behindTornLine: true)
    }

    private func notice(
        _ notice: AuditNotice, _ details: JSONValue, _ tail: inout AuditTail, behindTornLine: Bool = false
    ) throws(SystemError) {
        let name = JSONObject.Member(key: AuditNotice.key, value: .string(notice.rawValue))
        _ = try write(.notice, [name] + (details.object?.members ?? []), &tail, behindTornLine: behindTornLine)
    }

    private func write(
        _ kind: AuditLink.Kind, _ members: [JSONObject.Member], _ tail: inout AuditTail, behindTornLine: Bool = false
    ) throws(SystemError) -> AuditEnd {
        let link = AuditLink(sequence: tail.end.sequence + 1, kind: kind, previous: tail.end.hash)
        let line = AuditRecord.line(link, time: now().timestamp, members)
        if line.count > AuditRecord.bytesMax {
            throw SystemError(call: "write", code: SystemError.tooLarge, subject: "a record of \(line.count) bytes")
        }
        let isFull = tail.fileBytes > 0 && tail.fileBytes + line.count >= fileBytesMax
        try put(
            (behindTornLine ? [0x0A] : []) + line + [0x0A], &tail,
            isNewFile: tail.fileNumber == 0 || isFull && !behindTornLine)
        tail.end = AuditEnd(sequence: link.sequence, hash: SHA256(of: line))
        // After the record: a head that is behind is harmless, one that is ahead means that records are gone.
        try AuditHead.write(tail.end, folder)
        return tail.end
    }

    private func put(_ bytes: [UInt8], _ tail: inout AuditTail, isNewFile: Bool) throws(SystemError) {
        if isNewFile {
            if tail.fileNumber > 0 {
                try Descriptor.open(folder.filePath(tail.fileNumber), [.writeOnly, .noFollow]).synchronize()
            }
            tail.fileNumber += 1
            tail.fileBytes = 0
        }
        let flags: OpenFlags = isNewFile ? [.create, .exclusive] : []
        let file = try Descriptor.open(
            folder.filePath(tail.fileNumber), flags.union([.writeOnly, .append, .noFollow, .nonblocking]))
        try file.writeAll(bytes)
        tail.fileBytes += bytes.count
        if durability == .eachRecord { try file.synchronize() }
    }
}
