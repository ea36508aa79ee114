internal import Confinement
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime

/// The jail that is to be proved, over a stage: what is tried inside of it, and what the host sees of that.
struct ProofJail: Sendable {
    let compiled: CompiledPolicy
    let zygote: Zygote
    let loop: EventLoop
    let folder: String
    let network: JailNetwork
    let names: ProofNames

    struct Ran: Sendable {
        let outcome: JailOutcome
        let output: String
        let errors: String
        /// Kept of what it wrote.
        let keptBytes: Int
        let milliseconds: UInt64
        /// Somebody still holds the pipe that the run was given.
        var hasSurvivors = false
    }

    private static let wallMax = TimeSpan.seconds(30)
    private static let outputBytesMax = 256 << 10
    /// The kernel takes a moment to end a run's processes.
    private static let survivorPatience = TimeSpan.seconds(2)

    static func start(
        _ compiled: CompiledPolicy, _ plan: JailPlan, _ rules: NetworkRules, jail: String, folder: String,
        on loop: EventLoop
    ) async throws(ZygoteError) -> ProofJail {
        let zygote = try await Zygote.start(plan, program: ZygoteProgram(path: jail), on: loop)
        let names = ProofNames()
        do throws(SystemError) {
            return ProofJail(
                compiled: compiled, zygote: zygote, loop: loop, folder: folder,
                network: try JailNetwork(zygote, rules, names, on: loop), names: names)
        } catch {
            await zygote.stop()
            throw .notStarted(error.description)
        }
    }

    func stop() async {
        network.stop()
        await zygote.stop()
    }

    func run(
        _ program: String, _ arguments: [String], _ attempt: EscapeAttempt, terminal: String?
    ) async throws(SystemError) -> Ran {
        var run = JailRun(
            program: program, arguments: arguments, environment: compiled.environment, folder: folder,
            limits: compiled.limits)
        var wall = Self.wallMax
        switch attempt.setting {
        case .wall(let milliseconds): wall = .milliseconds(milliseconds)
        case .processorSecond:
            run.limits.cpuSeconds = 1
            wall = .seconds(5)
        default: break
        }
        run.isWorker = attempt.setting == .worker
        let outputMax = attempt.proof == .overflow ? compiled.outputBytes ?? Self.outputBytesMax : Self.outputBytesMax
        let output = try OutputCapture.start(bytesMax: outputMax, on: loop)
        let errors = try OutputCapture.start(bytesMax: outputMax, on: loop)
        let (taken, wrong) = (output.capture, errors.capture)
        let began = MonotonicClock().now()
        let input = attempt.setting == .terminal ? terminal : nil
        let (running, shared) = try begin(
            run, input ?? "/dev/null", output.onlyWriting(), errors.onlyWriting(), attempt.setting, wall)
        let outcome = await running.result()
        let bytes = taken.finish().bytes()
        var result = Ran(
            outcome: outcome, output: String(decoding: bytes, as: UTF8.self),
            errors: String(decoding: wrong.finish().bytes(), as: UTF8.self), keptBytes: bytes.count,
            milliseconds: (MonotonicClock().now() - began).milliseconds)
        if attempt.setting == .pipe, let shared { result.hasSurvivors = try !Self.hasEnded(shared) }
        return result
    }

    /// With this the streams are given away: a copy of ours would hold the pipe like a survivor.
    private func begin(
        _ run: JailRun, _ input: String, _ output: consuming Descriptor, _ errors: consuming Descriptor,
        _ setting: EscapeAttempt.Setting, _ wall: TimeSpan
    ) throws(SystemError) -> (JailedProgram, OwnedDescriptor?) {
        let pipe: SharedPipe? =
            switch setting {
            case .pipe: try Self.sharedPipe()
            case .worker: try Self.sharedSocket()
            default: nil
            }
        let streams = RunStreams(
            input: try Descriptor.open(input, [.readOnly, .noTerminal]), output: output, error: errors,
            more: pipe.map { [$0.given] } ?? [])
        return (zygote.begin(run, streams, wall: wall), pipe?.ours)
    }

    private struct SharedPipe: Sendable {
        let ours: OwnedDescriptor
        let given: OwnedDescriptor
    }

    private static func sharedPipe() throws(SystemError) -> SharedPipe {
        try Descriptor.pipe().separate { reading, writing in
            SharedPipe(ours: OwnedDescriptor(reading), given: OwnedDescriptor(writing))
        }
    }

    private static func sharedSocket() throws(SystemError) -> SharedPipe {
        try PacketSocket.pair().separate { ours, theirs in SharedPipe(ours: ours, given: theirs) }
    }

    /// Nobody writes into the pipe: it becomes readable when its last holder is gone.
    private static func hasEnded(_ pipe: OwnedDescriptor) throws(SystemError) -> Bool {
        let clock = MonotonicClock()
        return try pipe.waitUntilReadable(clock.now() + survivorPatience, clock: clock)
    }
}
