internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Bash: a command line in the jail.
struct BashCommand {
    let settings: ToolHostSettings
    let jails: ToolJails
    let background: BackgroundRuns
    let files: OutputFiles
    let loop: EventLoop

    static let timeStandard = TimeSpan.seconds(120)
    private static let outputBytesStandard = 30_000

    /// Where it starts, and what there is to say of that.
    private struct Start {
        var folder: NormalPath
        var note: String?
    }

    func run(_ input: JSONValue, _ call: ToolCall, _ state: SessionState?) async -> (ToolOutcome, folder: String?) {
        guard let command = input["command"]?.string else { return (.failure("wrong_input", "no command"), nil) }
        if command.utf8.contains(0) {
            return (
                .failure("bad_text", "`command` has a NUL byte, which no command can have.", ending: .wrongInput), nil
            )
        }
        do throws(JailFailure) {
            let inBackground = BackgroundCommand(runs: background, files: files, loop: loop)
            if let outcome = await inBackground.ended(by: command) { return (outcome, nil) }
            let (jail, compiled) = try await jails.jail(for: ToolName.runningPrograms)
            let start = start(state, compiled)
            if input["run_in_background"]?.bool == true {
                guard call.mayGoOn else { return (Self.noBackground, nil) }
                return (try inBackground.begin(command, jail, compiled, start.folder), nil)
            }
            return try await run(command, limit(input, call, compiled), jail, compiled, start, state != nil, call)
        } catch {
            return (.failure(error), nil)
        }
    }

    private static let noBackground = ToolOutcome.failure(
        "no_background",
        "`run_in_background` needs a sidecar that goes on: over HTTP (`sidecar serve`). This command ends with its call.",
        ending: .wrongInput)

    /// The folder that the last command of the session ended in, if it is still there.
    private func start(_ state: SessionState?, _ compiled: CompiledPolicy) -> Start {
        let workspace = settings.variables.workspace
        guard let text = state?.folder, let folder = NormalPath(text), folder != workspace else {
            return Start(folder: compiled.folder)
        }
        if isWithin(folder), SystemHost().kind(folder) == .folder { return Start(folder: folder) }
        return Start(folder: compiled.folder, note: "The working folder \(text) is gone; this ran in \(workspace).")
    }

    private func isWithin(_ folder: NormalPath) -> Bool {
        SystemHost().resolve(folder).map { $0.isBeneath(settings.variables.workspace) } ?? false
    }

    private struct Limit {
        var time: TimeSpan
        /// The policy's own, and shorter than what was asked for.
        var isPolicy: Bool
    }

    private func limit(_ input: JSONValue, _ call: ToolCall, _ compiled: CompiledPolicy) -> Limit {
        let longest = TimeSpan.milliseconds(UInt64(ToolDeclaration.bashTimeoutMax))
        let own = input["timeout"]?.int.map { TimeSpan.milliseconds(UInt64($0)) }
        var time = min(own ?? call.timeout ?? Self.timeStandard, longest)
        if let asked = call.timeout { time = min(time, asked) }
        guard let wall = compiled.wall, wall < time else { return Limit(time: time, isPolicy: false) }
        return Limit(time: wall, isPolicy: true)
    }

    private func run(
        _ command: String, _ limit: Limit, _ jail: ToolJail, _ compiled: CompiledPolicy, _ start: Start,
        _ hasSession: Bool, _ call: ToolCall
    ) async throws(JailFailure) -> (ToolOutcome, folder: String?) {
        let run = JailRun(
            program: "/bin/bash", arguments: BashScript.arguments(command),
            environment: compiled.environment.merging(Self.quiet) { own, _ in own }, folder: start.folder.text,
            limits: compiled.limits)
        let output = RunOutput(bytesMax: compiled.outputBytes ?? Self.outputBytesStandard, files: files)
        var said: [UInt8] = []
        do throws(SystemError) {
            let both = try PipeReader.start(on: loop) { output.take($0) }
            let end = try PipeReader.start(on: loop) { if said.count <= 8192 { said.append(contentsOf: $0) } }
            let (bothReader, endReader) = (both.reader, end.reader)
            // One pipe for both streams: what is written in an order is read in that order.
            let out = OwnedDescriptor(both.onlyWriting())
            let streams = RunStreams(
                input: OwnedDescriptor(try Descriptor.open("/dev/null", .readOnly)), output: out, error: out,
                more: [OwnedDescriptor(end.onlyWriting())])
            let ticker = ProgressTicker(call.onProgress, on: loop) { output.lines }
            let outcome = await jail.zygote.run(run, streams, wall: limit.time)
            ticker.stop()
            bothReader.finish()
            endReader.finish()
            let report = BashReport(
                command: command, outcome: outcome, output: output.taken(), limit: limit.time,
                limitIsPolicy: limit.isPolicy, isCancelled: Task.isCancelled && !outcome.timedOut)
            var result = report.result(
                denials: denials(outcome, report.output.text, jail, compiled, start.folder), notes: [start.note])
            result.layers = jail.layers
            return moved(result, BashScript.folder(said), from: start.folder, hasSession)
        } catch {
            throw .system(error)
        }
    }

    /// Nobody is there to answer.
    static let quiet = [
        "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat", "PAGER": "cat", "GIT_EDITOR": "true", "EDITOR": "true",
        "DEBIAN_FRONTEND": "noninteractive", "PIP_NO_INPUT": "1", "TERM": "dumb", "NO_COLOR": "1",
    ]

    /// What is certain comes first, and hints from messages behind it.
    private func denials(
        _ outcome: JailOutcome, _ text: String, _ jail: ToolJail, _ compiled: CompiledPolicy, _ folder: NormalPath
    ) -> [RunDenial] {
        var found = compiled.denials(of: outcome)
        found += jail.network.takeDenials().map { RunDenial($0) }
        if outcome.end != .exited(0) {
            found += DenialReader(
                settings.policy, tool: ToolName.runningPrograms, variables: settings.variables, host: SystemHost(),
                folder: folder, refused: outcome.refusedPrograms, calls: outcome.refusedCalls
            ).denials(in: text)
        }
        return found.enumerated().filter { !found[..<$0].contains($1) }.map(\.element)
    }

    /// Where the next command of the session starts.
    private func moved(
        _ result: ToolOutcome, _ said: String?, from start: NormalPath, _ hasSession: Bool
    ) -> (ToolOutcome, folder: String?) {
        guard let said, let folder = NormalPath(said), folder != start else { return (result, nil) }
        if isWithin(folder) { return (result, hasSession ? folder.text : nil) }
        if !hasSession { return (result, nil) }
        var result = result
        let workspace = settings.variables.workspace
        result.content.append(.text("The working folder is \(workspace) again: \(said) is outside of the workspace."))
        return (result, workspace.text)
    }
}
