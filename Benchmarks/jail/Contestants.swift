import Confinement
import LinuxSystem

/// Ways to run a program, each from nothing to its output read and its end known.
struct Contestants {
    let loop: EventLoop
    let workspace: String
    let clock = MonotonicClock()

    static let bubblewrap = "/usr/bin/bwrap"

    static func arguments(of command: String) -> [String] {
        command == "true" ? ["/usr/bin/true"] : ["/usr/bin/bash", "-c", "true"]
    }

    /// posix_spawn, a pipe, and nothing else: what no jail can be faster than.
    func bare(_ command: String) throws -> TimeSpan { try spawn(Self.arguments(of: command)) }

    /// The same kinds of namespaces and a comparable view.
    func wrapped(_ command: String) throws -> TimeSpan {
        try spawn(
            [
                Self.bubblewrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv",
                "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
                "--symlink", "usr/lib64", "/lib64", "--bind", workspace, workspace, "--proc", "/proc", "--dev", "/dev",
                "--tmpfs", "/tmp", "--cap-drop", "ALL",
            ] + Self.arguments(of: command))
    }

    private func spawn(_ arguments: [String]) throws -> TimeSpan {
        let began = clock.now()
        let input = try Descriptor.open("/dev/null", .readWrite)
        let output = try Descriptor.pipe()
        let child = try ChildProcess(
            ProgramLaunch(path: arguments[0], arguments: Array(arguments.dropFirst()), environment: [:]),
            descriptors: [input.raw, output.writing.raw, output.writing.raw])
        let reading = output.onlyReading()
        try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { room in
            while let count = try reading.read(into: room), count > 0 {}
        }
        guard try child.wait() == 0 else { throw BenchmarkError("\(arguments[0]) failed") }
        return clock.now() - began
    }

    /// As tools are run: through the loop, with bounded output and a time limit.
    func jailed(_ command: String, in zygote: Zygote) async throws -> TimeSpan {
        let began = clock.now()
        let words = Self.arguments(of: command)
        let output = try OutputCapture.start(bytesMax: 30_000, on: loop)
        let errors = try OutputCapture.start(bytesMax: 30_000, on: loop)
        let (written, complained) = (output.capture, errors.capture)
        let streams = RunStreams(
            input: try Descriptor.open("/dev/null", .readWrite), output: output.onlyWriting(), error: errors.onlyWriting())
        let run = JailRun(program: words[0], arguments: words, environment: ["PATH": "/usr/bin"], folder: workspace)
        let outcome = await zygote.run(run, streams, wall: .seconds(60))
        let complaint = complained.finish().bytes()
        _ = written.finish()
        guard outcome.end == JailOutcome.End.exited(0) else {
            throw BenchmarkError("\(outcome.end) \(String(decoding: complaint, as: UTF8.self))")
        }
        return clock.now() - began
    }

    /// A jail from nothing, with a first run in it.
    func cold(_ plan: JailPlan, _ program: ZygoteProgram) async throws -> (ready: TimeSpan, ran: TimeSpan) {
        let began = clock.now()
        let zygote = try await Zygote.start(plan, program: program, on: loop)
        let ready = clock.now() - began
        _ = try await jailed("true", in: zygote)
        let ran = clock.now() - began
        await zygote.stop()
        return (ready, ran)
    }

    /// Round trips of one byte through a program that stays: `cat`, from pipe to pipe.
    func roundTrips(_ count: Int, in zygote: Zygote) async throws -> [TimeSpan] {
        let input = try ends()
        let output = try ends()
        let errors = OwnedDescriptor(try Descriptor.open("/dev/null", .readWrite))
        var run = JailRun(program: "/usr/bin/cat", arguments: ["cat"])
        run.isWorker = true
        let worker = zygote.begin(
            run, RunStreams(input: input.reading, output: output.writing, error: errors))
        var times: [TimeSpan] = []
        for _ in 0..<count {
            let began = clock.now()
            try input.writing.writeAll([1])
            try withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { _ = try output.reading.read(into: $0) }
            times.append(clock.now() - began)
        }
        worker.stop()
        _ = await worker.result()
        return times
    }

    private func ends() throws -> (reading: OwnedDescriptor, writing: OwnedDescriptor) {
        try Descriptor.pipe().separate { reading, writing throws(SystemError) in
            (OwnedDescriptor(reading), OwnedDescriptor(writing))
        }
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
