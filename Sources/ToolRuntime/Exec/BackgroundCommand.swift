internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// A command that goes on when its call is over.
struct BackgroundCommand {
    let runs: BackgroundRuns
    let files: OutputFiles
    let loop: EventLoop

    func begin(
        _ command: String, _ jail: ToolJail, _ compiled: CompiledPolicy, _ folder: NormalPath
    ) throws(JailFailure) -> ToolOutcome {
        if let refusal = runs.refusal { return refusal }
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
            runs.enter(name) { program.stop() }
            Task(executorPreference: loop) { [runs] in
                let outcome = await program.result()
                reader.finish()
                try? file.writeAll(Array("\n[\(Self.end(outcome))]\n".utf8))
                runs.leave(name)
            }
            var result = ToolOutcome.text(
                "It runs in the background as \(name). What it writes goes to \(path), which Read shows while it runs; "
                    + "the last line says how it ended. \(BackgroundRuns.ending(name)) The working folder of the session "
                    + "stays \(folder).",
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
}

extension BackgroundCommand {
    /// `kill NAME`, where that is what runs in the background. In a jail of its own no command could reach it.
    func ended(by command: String) async -> ToolOutcome? {
        let words = command.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.first == "kill" else { return nil }
        let names = words.dropFirst().filter { !$0.hasPrefix("-") }
        guard !names.isEmpty, names.allSatisfy(runs.contains) else { return nil }
        for name in names { await runs.end(name) }
        return .text(
            "\(names.joined(separator: ", ")) \(names.count == 1 ? "has" : "have") ended, with everything started by it.",
            ["stdout": "", "stderr": "", "interrupted": false, "exitCode": 0])
    }
}
