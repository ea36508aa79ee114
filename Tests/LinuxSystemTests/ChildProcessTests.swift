import LinuxSystem
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
    /// Runs a shell script and brings what it wrote and how it ended.
    private func run(
        _ script: String, environment: [String: String] = [:], directory: String? = nil, newSession: Bool = false
    ) throws -> (output: String, code: Int32) {
        let standardInput = try Descriptor.open("/dev/null", .readOnly)
        let standardOutput = try Descriptor.pipe()
        let launch = ProgramLaunch(
            path: "/bin/sh", arguments: ["-c", script], environment: environment, directory: directory,
            newSession: newSession)
        let child = try ChildProcess(
            launch, descriptors: [standardInput.raw, standardOutput.writing.raw, standardOutput.writing.raw])
        return (try collect(standardOutput), try child.wait())
    }

    /// Until every writer is gone, ours included.
    private func collect(_ pipe: consuming Pipe) throws -> String {
        pipe.writing = try Descriptor.open("/dev/null", .writeOnly)
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4096)
        while let count = try room.withUnsafeMutableBytes({ raw throws(SystemError) in try pipe.reading.read(into: raw)
        }),
            count > 0
        {
            bytes += room[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func theEnvironmentIsExactlyWhatWasGiven() throws {
        let result = try run("/usr/bin/env", environment: ["A": "1", "EMPTY": "", "B": "x=y z"])
        // The shell adds PWD and, some of them, two more of its own.
        let lines = Set(
            result.output.split(separator: "\n").map(String.init).filter { line in
                !["PWD=", "SHLVL=", "_=", "OLDPWD="].contains { line.hasPrefix($0) }
            })
        #expect(lines == ["A=1", "EMPTY=", "B=x=y z"])
        #expect(result.code == 0)
    }

    @Test(arguments: [0, 1, 7, 255]) func exitCodesComeBack(code: Int32) throws {
        #expect(try run("exit \(code)").code == code)
    }

    @Test func aSignalShowsAs128AndItsNumber() throws {
        #expect(try run("kill -9 $$").code == 137)
        #expect(try run("kill -15 $$").code == 143)
        let pipe = try Descriptor.pipe()
        let child = try ChildProcess(
            ProgramLaunch(path: "/bin/cat", arguments: [], environment: [:]),
            // cat gives up at once when it has nowhere to write to.
            descriptors: [pipe.reading.raw, pipe.writing.raw])
        #expect(Signal.exists(pid: child.pid))
        try child.signal(.terminate)
        let code = try child.wait()
        #expect(code == 143)
        // Held until here: without a writer the child would have ended by itself.
        #expect(pipe.writing.raw >= 0)
        #expect(throws: SystemError.self) { _ = try child.wait() }
    }

    @Test func itRunsInTheFolderGiven() throws {
        #expect(try run("pwd -P", directory: "/usr").output == "/usr\n")
    }

    @Test func descriptorsArriveInOrderAndNoOthersDo() throws {
        // Held open by us, without close-on-exec.
        let kept = try Descriptor.pipeParts()
        defer { kept.close() }
        let result = try run("cat; ls /proc/self/fd")
        #expect(Set(result.output.split(separator: "\n")) == ["0", "1", "2", "3"])
    }

    /// Sources that sit where others are to go must not be overwritten before they are used.
    @Test func descriptorsMayBeSwapped() throws {
        let one = try Descriptor.pipe()
        let two = try Descriptor.pipe()
        let launch = ProgramLaunch(
            path: "/bin/sh", arguments: ["-c", "echo to-1 >&1; echo to-2 >&2"], environment: [:])
        let null = try Descriptor.open("/dev/null", .readOnly)
        let child = try ChildProcess(launch, descriptors: [null.raw, two.writing.raw, one.writing.raw])
        #expect(try collect(one) == "to-2\n")
        #expect(try collect(two) == "to-1\n")
        #expect(try child.wait() == 0)
    }

    @Test func signalsAreNeitherBlockedNorIgnoredInTheChild() throws {
        let result = try run("grep -E 'SigBlk|SigIgn' /proc/self/status")
        let masks = result.output.split(separator: "\n").map { UInt64($0.suffix(16), radix: 16) ?? .max }
        // glibc keeps 32 and 33 to itself: whoever started us may have left them ignored, and nothing can change that.
        #expect(masks.map { $0 & ~(3 << 31) } == [0, 0])
    }

    @Test func aNewSessionIsItsOwnLeader() throws {
        let result = try run("cut -d' ' -f1,6 /proc/$$/stat", newSession: true)
        let numbers = result.output.split(whereSeparator: \.isWhitespace)
        #expect(numbers.count == 2 && numbers[0] == numbers[1])
    }

    @Test func whatCannotBeStartedSaysSo() {
        do {
            _ = try ChildProcess(ProgramLaunch(path: "/nonexistent", arguments: [], environment: [:]), descriptors: [])
            Issue.record("started what does not exist")
        } catch {
            #expect(error.isNotFound && error.subject == "/nonexistent")
        }
        #expect(throws: SystemError.self) {
            _ = try ChildProcess(
                ProgramLaunch(path: "/bin/true", arguments: [], environment: [:], directory: "/nonexistent"),
                descriptors: [])
        }
    }

    @Test func programsAreFoundAlongThePath() {
        #expect(Program.find("sh", path: "/nonexistent:/bin") == "/bin/sh")
        #expect(Program.find("sh", path: "/nonexistent") == nil)
        #expect(Program.find("/bin/sh", path: nil) == "/bin/sh")
        #expect(Program.find("/bin/nonexistent", path: nil) == nil)
    }

    @Test func theEndOfAChildIsAnEvent() async throws {
        try await withLoop { loop in
            let code = try await Task(executorPreference: loop) {
                let child = try ChildProcess(
                    ProgramLaunch(path: "/bin/sh", arguments: ["-c", "exit 5"], environment: [:]), descriptors: [])
                let fd = child.exitDescriptor()
                await withCheckedContinuation { continuation in
                    let once = Once {
                        loop.deregister(fd)
                        continuation.resume()
                    }
                    do { try loop.register(fd, .readable, once) } catch { continuation.resume() }
                }
                return try child.wait()
            }.value
            #expect(code == 5)
        }
    }

    private final class Once: ReadinessHandler {
        let action: () -> Void
        init(_ action: @escaping () -> Void) { self.action = action }
        func ready(_ events: Readiness) { action() }
    }
}
