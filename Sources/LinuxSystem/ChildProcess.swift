internal import CLinux

/// A program to start: plain data.
package struct ProgramLaunch: Sendable {
    package var path: String
    /// Without the program's own name.
    package var arguments: [String]
    package var environment: [String: String]
    package var directory: String?
    /// A session of its own, so that no terminal reaches it.
    package var newSession: Bool

    package init(
        path: String, arguments: [String], environment: [String: String], directory: String? = nil,
        newSession: Bool = false
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.newSession = newSession
    }
}

/// A child of this process, held by a pidfd: its number cannot come to mean another process.
package struct ChildProcess: ~Copyable, Sendable {
    package let pid: Int32
    private let handle: Descriptor

    /// `descriptors[i]` becomes descriptor `i` of the child, which gets no other.
    package init(_ launch: ProgramLaunch, descriptors: [Int32]) throws(SystemError) {
        let pid = withStringArrays(
            [launch.path] + launch.arguments, launch.environment.map { "\($0.key)=\($0.value)" }
        ) { arguments, environment in
            clinux_spawn(
                launch.path, arguments, environment, descriptors, Int32(descriptors.count), launch.directory,
                launch.newSession ? 1 : 0)
        }
        if pid < 0 { throw SystemError(call: "posix_spawn", code: Int32(-pid), subject: launch.path) }
        // Not yet reaped, so the number still means this child.
        let handle = Descriptor(owning: Int32(try systemCall("pidfd_open") { clinux_pidfd_open(pid_t(pid)) }))
        self.init(pid: Int32(pid), handle: handle)
    }

    private init(pid: Int32, handle: consuming Descriptor) {
        self.pid = pid
        self.handle = handle
    }

    package borrowing func signal(_ signal: Signal) throws(SystemError) {
        let fd = handle.raw
        try systemCall("pidfd_send_signal") { clinux_pidfd_send_signal(fd, signal.rawValue) }
    }

    /// Readable when the child has ended.
    package borrowing func exitDescriptor() -> Int32 { handle.raw }

    /// Waits for the end. An exit code, or 128 + the signal that ended it.
    package borrowing func wait() throws(SystemError) -> Int32 {
        let fd = handle.raw
        return Int32(try systemCall("waitid") { clinux_reap(fd) })
    }
}

package enum Program {
    /// Where a program's name leads along PATH.
    package static func find(_ name: String, path: String? = ProcessInfo.environment("PATH")) -> String? {
        if name.contains("/") { return File.isExecutable(name) ? name : nil }
        for folder in (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
            let candidate = "\(folder)/\(name)"
            if File.isExecutable(candidate), (try? File.status(candidate).kind) == .regular { return candidate }
        }
        return nil
    }

    /// Becomes another program; returns only when that failed.
    package static func replaceThisProcess(_ launch: ProgramLaunch) -> SystemError {
        _ = clinux_unblock_all_signals()
        let result = withStringArrays(
            [launch.path] + launch.arguments, launch.environment.map { "\($0.key)=\($0.value)" }
        ) { clinux_execve(launch.path, $0, $1) }
        return SystemError(call: "execve", code: Int32(-result), subject: launch.path)
    }
}

/// Two null-terminated arrays of C strings, as exec wants them.
private func withStringArrays<Result>(
    _ first: [String], _ second: [String],
    _ body: ([UnsafeMutablePointer<CChar>?], [UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let one = first.map { strdup($0) } + [nil]
    let two = second.map { strdup($0) } + [nil]
    defer { (one + two).forEach { free($0) } }
    return body(one, two)
}
