import Glibc
import LinuxSystem

/// A folder of one test's own, gone with all that is in it when the body returns.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let base = ProcessInfo.environment("TMPDIR") ?? "/tmp"
    let path = "\(base)/sidecar-tests-\(ProcessInfo.pid)-\(UInt64.random(in: 0...(.max)))"
    try File.makeDirectories(path)
    defer { removeAll(path) }
    return try body(path)
}

private func removeAll(_ path: String) {
    if unlink(path) == 0 { return }
    for name in (try? Directory.entries(path)) ?? [] { removeAll("\(path)/\(name)") }
    rmdir(path)
}
