internal import Confinement
internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime

/// A server's process in a jail of its own, under the policy that its entry names. Everything in the jail ends with it, and with
/// this program. On its loop only, which `@unchecked Sendable` stands on.
final class MCPJailedProcess: MCPLink, @unchecked Sendable {
    private let loop: EventLoop
    private weak var events: (any MCPLinkEvents)?
    private let output: MCPPipe
    private let diagnostics: MCPPipe
    private let input: MCPPipeWriter
    private var lines = RPCLines(bytesMax: MCPClient.answerBytesMax)
    private var jail: PolicyJail?
    private var program: JailedProgram?
    private var firmness: MCPFirmness?
    private var isOver = false
    private var denials: [RunDenial] = []

    /// The kernel knows it by another number in there.
    var pid: Int32? { nil }

    /// Of standard error, from which some denials are read.
    private var lastWords: [UInt8] = []

    private static let deniedMax = 20
    private static let wordsMax = 8 << 10

    init(
        _ launch: ProgramLaunch, _ policy: Policy, _ variables: PolicyVariables, on loop: EventLoop,
        _ events: any MCPLinkEvents
    ) throws(SystemError) {
        self.loop = loop
        self.events = events
        let (theirInput, ourInput) = try MCPProcess.ends(of: try Descriptor.pipe())
        let (ourOutput, theirOutput) = try MCPProcess.ends(of: try Descriptor.pipe())
        let (ourDiagnostics, theirDiagnostics) = try MCPProcess.ends(of: try Descriptor.pipe())
        input = try MCPPipeWriter(ourInput, on: loop)
        output = MCPPipe(ourOutput, on: loop)
        diagnostics = MCPPipe(ourDiagnostics, on: loop, bytesPerSecond: MCPProcess.diagnosticsPerSecond)
        try output.start { [weak self] bytes in self?.takeOutput(bytes) }
        try diagnostics.start { [weak self] bytes in
            guard let self, let bytes else { return }
            lastWords = Array((lastWords + bytes).suffix(Self.wordsMax))
            self.events?.linkDidReceive(diagnostics: bytes)
        }
        let streams = RunStreams(input: theirInput, output: theirOutput, error: theirDiagnostics)
        Task(executorPreference: loop) { await self.run(launch, policy, variables, streams) }
    }

    private func run(
        _ launch: ProgramLaunch, _ policy: Policy, _ variables: PolicyVariables, _ streams: RunStreams
    ) async {
        let jail: PolicyJail
        do throws(JailFailure) {
            jail = try await PolicyJail.start(policy, tool: ToolName.runningPrograms, variables, on: loop)
        } catch {
            return finish(MCPEnding(), reason: "its jail cannot be made: \(error)")
        }
        self.jail = jail
        let environment = jail.compiled.environment.merging(launch.environment) { _, own in own }
        let name = launch.path.split(separator: "/").last.map(String.init) ?? launch.path
        let run = JailRun(
            program: launch.path, arguments: [name] + launch.arguments, environment: environment,
            folder: launch.directory ?? jail.compiled.folder.text, limits: jail.compiled.limits)
        let program = jail.zygote.begin(run, streams)
        self.program = program
        // Somebody may have changed his mind while the jail was made.
        if let firmness { close(firmness) }
        let outcome = await program.result()
        output.drain()
        diagnostics.drain()
        let reader = DenialReader(
            policy, tool: ToolName.runningPrograms, variables: variables, host: SystemHost(),
            folder: jail.compiled.folder, refused: outcome.refusedPrograms, calls: outcome.refusedCalls)
        let told = reader.denials(in: String(decoding: lastWords, as: UTF8.self))
        denials = jail.compiled.denials(of: outcome) + denials + told
        if let last = lines.end() { events?.linkDidReceive(last) }
        takeDenials()
        await jail.stop()
        switch outcome.end {
        case .exited(let code): finish(MCPEnding(code: code))
        case .signaled(let number): finish(MCPEnding(signal: number))
        case .refused(let step, let code):
            let why = SystemError(call: "\(step)", code: code).reason
            finish(MCPEnding(), reason: "its jail does not let it start: \(why)")
        case .killed, .lost: finish(MCPEnding(signal: 9))
        }
    }

    private func finish(_ ending: MCPEnding, reason: String? = nil) {
        if isOver { return }
        isOver = true
        output.stop()
        diagnostics.stop()
        input.close()
        let events = events
        self.events = nil
        events?.linkDidEnd(ending, reason: reason)
    }

    /// Hosts are refused while it runs; programs and system calls are known at its end.
    private func takeDenials() {
        for denial in (jail?.network.takeDenials() ?? []).map({ RunDenial($0) }) where !denials.contains(denial) {
            if denials.count < Self.deniedMax { denials.append(denial) }
        }
    }

    var denied: [String] {
        takeDenials()
        return denials.map { denial in
            "\(denial.detail) (\(denial.rule)\(denial.place.map { ", \($0)" } ?? ""))"
        }
    }

    // MARK: Towards the server

    func send(_ message: JSONValue) { if !isOver { input.write(message.bytes() + [0x0A]) } }

    func close(_ firmness: MCPFirmness) {
        if isOver { return }
        self.firmness = firmness
        input.close()
        switch firmness {
        case .input: break
        case .terminate: program?.stop()
        case .kill: if let jail { Task(executorPreference: loop) { await jail.stop() } }
        }
    }

    private func takeOutput(_ bytes: [UInt8]?) {
        guard let bytes else {
            if let last = lines.end() { events?.linkDidReceive(last) }
            return
        }
        for line in lines.take(bytes) { events?.linkDidReceive(line) }
    }
}
