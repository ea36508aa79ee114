internal import JSON
internal import LinuxSystem

/// Starts a sidecar in the background and waits until it is ready, or is not going to be.
struct DetachedSidecar {
    struct CannotStart: Error {
        let message: String
        let code: ExitCode
    }

    let address: String
    let pid: Int32
    let logPath: String

    /// It is ready within 60 ms; on a machine that swaps it may take seconds, and beyond this it hangs.
    private static let startTimeMax = TimeSpan.seconds(30)
    private static let reportBytesMax = 64 << 10
    /// The descriptor of the child behind the standard three.
    private static let reportDescriptor = 3

    /// `words`: the flags of `serve`.
    static func start(_ words: [String], _ environment: [String: String]) throws(CannotStart) -> DetachedSidecar {
        let outcome: Result<DetachedSidecar, CannotStart>
        do throws(SystemError) {
            let logPath = try ServeLog.prepare(environment)
            let log = try ServeLog.open(logPath)
            let nothing = try Descriptor.open("/dev/null", .readOnly)
            let pipe = try Descriptor.pipe()
            let launch = ProgramLaunch(
                path: ownProgram, arguments: ["serve"] + words,
                environment: environment.merging([StartReporter.variable: "\(reportDescriptor)"]) { $1 },
                newSession: true)
            let child = try ChildProcess(launch, descriptors: [nothing.raw, log.raw, log.raw, pipe.writing.raw])
            // Ours must go, or the end of the child would not be the end of the pipe.
            let report = try report(from: pipe.onlyReading())
            outcome = try self.outcome(report, child, logPath)
        } catch {
            throw CannotStart(message: "cannot start in the background: \(error)", code: .failed)
        }
        return try outcome.get()
    }

    /// The link leads to the file; one that was replaced since we were started can only be reached by the link itself.
    private static var ownProgram: String {
        let link = "/proc/self/exe"
        guard let path = try? File.linkTarget(link), File.isExecutable(path) else { return link }
        return path
    }

    private enum Heard {
        case line(String)
        case end
        case nothing
    }

    private static func report(from pipe: consuming Descriptor) throws(SystemError) -> Heard {
        let clock = MonotonicClock()
        let deadline = clock.now() + startTimeMax
        let buffer = ByteBuffer()
        while buffer.count < reportBytesMax {
            guard try pipe.waitUntilReadable(deadline, clock: clock) else { return .nothing }
            let count = try pipe.read(into: buffer.writable(minimum: 4096)) ?? 0
            if count == 0 { return .end }
            buffer.commit(count)
            let bytes = withExtendedLifetime(buffer) { Array(buffer.readable) }
            if let end = bytes.firstIndex(of: 0x0a) { return .line(String(decoding: bytes[..<end], as: UTF8.self)) }
        }
        return .end
    }

    private static func outcome(
        _ heard: Heard, _ child: borrowing ChildProcess, _ logPath: String
    ) throws(SystemError) -> Result<DetachedSidecar, CannotStart> {
        switch heard {
        case .line(let line):
            let report = (try? JSONValue(parsing: line)).flatMap { StartReport($0) }
            switch report {
            case .ready(let address):
                return .success(DetachedSidecar(address: address, pid: child.pid, logPath: logPath))
            case .failed(let message, let code):
                // It has nothing left to do but to end.
                _ = try child.wait()
                return .failure(CannotStart(message: message, code: code))
            case nil: break
            }
        case .nothing:
            try child.signal(.kill)
            _ = try child.wait()
            return .failure(
                CannotStart(
                    message: "the sidecar was not ready after \(startTimeMax) and was ended; its log is \(logPath)",
                    code: .timedOut))
        case .end: break
        }
        let code = try child.wait()
        let how = code > 128 ? "was ended by signal \(code - 128)" : "ended with code \(code)"
        return .failure(
            CannotStart(message: "the sidecar \(how) before it was ready; its log is \(logPath)", code: .failed))
    }
}
