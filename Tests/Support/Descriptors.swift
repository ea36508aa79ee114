internal import Glibc
package import LinuxSystem

/// The descriptors that this process has open, but for the one that reads the list. Only meaningful where nothing else
/// runs at the same time: in a test that has a process of its own.
package func openDescriptors() -> Set<Int32> {
    guard let folder = opendir("/proc/self/fd") else { return [] }
    defer { closedir(folder) }
    var found: Set<Int32> = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if let number = Int32(name), number != dirfd(folder) { found.insert(number) }
    }
    return found
}

/// Those of them that are sockets: the test runner opens other things whenever it likes.
package func openSockets() -> Set<Int32> {
    openDescriptors().filter { (try? File.linkTarget("/proc/self/fd/\($0)"))?.hasPrefix("socket:") == true }
}

/// A folder of its own below the system's place for temporary files, removed afterwards.
package func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    var template = Array("\(ProcessInfo.environment("TMPDIR") ?? "/tmp")/sidecar-test-XXXXXX".utf8CString)
    guard let path = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }).map({ String(cString: $0) })
    else { throw SystemError(call: "mkdtemp", code: ENOENT) }
    defer {
        for name in folderContent(path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }
    return try await body(path)
}

package func folderContent(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

package func makeFIFO(_ path: String) -> Bool { mkfifo(path, 0o600) == 0 }

/// To this very thread, so that a test can do it without ending the others.
package func signalThisThread(_ signal: Signal) { pthread_kill(pthread_self(), signal.rawValue) }

package func lowerDescriptorLimit(to count: UInt) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = count
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
