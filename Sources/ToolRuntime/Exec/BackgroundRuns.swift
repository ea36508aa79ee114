internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Commands that go on when their call is over. They end by themselves, by the policy's time limit, or with the host. On
/// its loop only, which `@unchecked Sendable` stands on.
final class BackgroundRuns: @unchecked Sendable {
    private var running: [String: Run] = [:]

    private final class Run {
        let reader: PipeReader
        let program: JailedProgram
        init(_ reader: PipeReader, _ program: JailedProgram) {
            self.reader = reader
            self.program = program
        }
    }

    /// Each holds descriptors and a part of the machine.
    private static let countMax = 32

    func begin(
        _ command: String, _ jail: ToolJail, _ compiled: CompiledPolicy, _ folder: NormalPath, _ files: OutputFiles,
        on loop: EventLoop
    ) throws(JailFailure) -> ToolOutcome {
        if running.count >= Self.countMax {
            return .failure(
                "too_many", "\(Self.countMax) commands run in the background already; wait until some have ended.")
        }
        let name = OutputFiles.freshName()
        do throws(SystemError) {
            let (path, file) = try files.make(name)
            var left = RunOutput.fileBytesMax
            let pipe = try PipeReader.start(on: loop) { bytes in
                let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(left))
                left -= part.count
                try? file.writeAll(part)
            }
            let reader = pipe.reader
            let out = OwnedDescriptor(pipe.onlyWriting())
            let streams = RunStreams(
                input: OwnedDescriptor(try Descriptor.open("/dev/null", .readOnly)), output: out, error: out)
            let run = JailRun(
                program: "/bin/bash", arguments: ["bash", "-c", command],
                environment: compiled.environment.merging(BashCommand.quiet) { own, _ in own },
                folder: folder.text, limits: compiled.limits)
            let program = jail.zygote.begin(run, streams, wall: compiled.wall)
            running[name] = Run(reader, program)
            Task(executorPreference: loop) { [self] in
                let outcome = await program.result()
                running.removeValue(forKey: name)?.reader.finish()
                try? file.writeAll(Array("\n[\(Self.end(outcome))]\n".utf8))
            }
            var result = ToolOutcome.text(
                "It runs in the background as \(name). What it writes goes to \(path), which Read shows while it runs; "
                    + "the last line says how it ended. The working folder of the session stays \(folder).",
                [
                    "stdout": "", "stderr": "", "interrupted": false, "backgroundTaskId": .string(name),
                    "rawOutputPath": .string(path),
                ])
            result.layers = jail.layers
            return result
        } catch {
            throw .system(error)
        }
    }

    private static func end(_ outcome: JailOutcome) -> String {
        switch outcome.end {
        case _ where outcome.timedOut: "ended by the policy's time limit"
        case .exited(let code): "ended with exit code \(code)"
        case .signaled(let number): "ended by signal \(number)"
        case .refused, .killed, .lost: "ended from outside"
        }
    }

    var isEmpty: Bool { running.isEmpty }

    func stop() { for run in running.values { run.program.stop() } }
}
