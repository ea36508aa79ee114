package import LinuxSystem

extension AuditFolder {
    /// All of the log as it is at this moment; writers go on meanwhile. `anchor` is the end that somebody noted
    /// elsewhere: without one, a log that was taken back as a whole to an earlier state looks whole.
    package func verify(anchor: AuditEnd? = nil) throws(SystemError) -> AuditReport {
        let (head, ends) = try snapshot()
        var verifier = AuditVerifier(head: head, anchor: anchor)
        try AuditReader.allLines(self, ends: ends) { verifier.take($0) }
        return verifier.finish()
    }

    /// The head, and how far each file goes, at one moment between two records.
    private func snapshot() throws(SystemError) -> (AuditHead.Found, [Int: Int]) {
        // A copy somewhere else may be read-only, and has no writers.
        let lock = File.exists(lockPath) ? try? File.lock(lockPath) : nil
        defer { withExtendedLifetime(lock) {} }
        var ends: [Int: Int] = [:]
        for number in try fileNumbers() { ends[number] = try File.status(filePath(number)).size }
        return (try AuditHead.read(self), ends)
    }
}
