package import Confinement
package import LinuxSystem
package import Sandbox
package import ToolRuntime

/// The jail of a policy for one tool and one workspace, started, for a command that runs a few things in it and ends.
package struct PolicyJail: Sendable {
    package let compiled: CompiledPolicy
    package let zygote: Zygote
    let network: JailNetwork
    let loop: EventLoop
    package let variables: PolicyVariables
    let policy: Policy
    let tool: String

    /// What a run wrote and how it ended, with what it was denied.
    package struct Run: Sendable {
        package let outcome: JailOutcome
        package let output: String
        package let errors: String
        package let denials: [RunDenial]
        /// Hosts that the proxy has refused, and that it has let out.
        package var refusedHosts: [EgressDenial] = []
        package var reachedHosts: [String] = []
    }

    package typealias Failure = JailFailure

    static func compile(
        _ policy: Policy, tool: String, _ variables: PolicyVariables, ownPrograms: [NormalPath] = [],
        environment: [String: String] = ProcessInfo.environment, isolation: JailPlan.Isolation = .namespaces,
        alwaysHasProxy: Bool = false
    ) throws(Failure) -> CompiledPolicy {
        var settings = PlanSettings()
        settings.runsPrograms = tool == ToolName.runningPrograms
        settings.user = ProcessInfo.uid
        settings.group = ProcessInfo.gid
        settings.hostEnvironment = environment
        settings.ownPrograms = ownPrograms
        settings.folder = try? File.currentDirectory()
        settings.isolation = isolation
        settings.alwaysHasProxy = alwaysHasProxy
        do throws(PlanError) {
            return try PolicyCompiler.compile(
                policy, tool: tool, variables: variables, host: SystemHost(), settings: settings)
        } catch {
            throw .plan(error)
        }
    }

    /// `resolver`: who finds hosts for the jail; nil: the system. `hosts`: what its proxy, which is there even without any
    /// rule, holds to instead of the policy.
    package static func start(
        _ policy: Policy, tool: String, _ variables: PolicyVariables, ownPrograms: [NormalPath] = [],
        resolver: (any NameResolver)? = nil, hosts: NetworkRules? = nil, on loop: EventLoop
    ) async throws(Failure) -> PolicyJail {
        let program: ZygoteProgram
        do throws(SystemError) {
            program = try ZygoteProgram.besideThisProgram()
        } catch {
            throw .system(error)
        }
        let started = try await JailStart.strongest(variables, program, on: loop) {
            variables, isolation throws(Failure) in
            try compile(
                policy, tool: tool, variables, ownPrograms: ownPrograms, isolation: isolation,
                alwaysHasProxy: hosts != nil)
        }
        do throws(SystemError) {
            let network = try JailNetwork(started.zygote, hosts ?? policy.rules(for: tool).network, resolver, on: loop)
            return PolicyJail(
                compiled: started.compiled, zygote: started.zygote, network: network, loop: loop,
                variables: started.variables, policy: policy, tool: tool)
        } catch {
            await started.zygote.stop()
            throw .system(error)
        }
    }

    package func stop() async {
        network.stop()
        await zygote.stop()
    }

    /// Shell text, as the Bash tool runs it.
    package func shell(_ text: String, wall: TimeSpan? = nil) async throws(Failure) -> Run {
        try await run("/bin/bash", ["bash", "-c", text], wall: wall)
    }

    /// `more` become descriptors 3 and on.
    package func run(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, wall: TimeSpan? = nil,
        more: [OwnedDescriptor] = []
    ) async throws(Failure) -> Run {
        let run = JailRun(
            program: program, arguments: arguments, environment: environment ?? compiled.environment,
            folder: compiled.folder.text, limits: compiled.limits)
        let outputMax = compiled.outputBytes ?? Self.outputBytesMax
        do throws(SystemError) {
            let nothing = try Descriptor.open("/dev/null", .readOnly)
            let output = try OutputCapture.start(bytesMax: outputMax, on: loop)
            let errors = try OutputCapture.start(bytesMax: outputMax, on: loop)
            let (taken, wrong) = (output.capture, errors.capture)
            let streams = RunStreams(
                input: nothing, output: output.onlyWriting(), error: errors.onlyWriting(), more: more)
            let outcome = await zygote.run(run, streams, wall: wall ?? compiled.wall)
            let told = Self.text(wrong)
            let reader = DenialReader(
                policy, tool: tool, variables: variables, host: SystemHost(), folder: compiled.folder,
                refused: outcome.refusedPrograms, calls: outcome.refusedCalls)
            let hosts = network.takeDenials()
            // What is certain comes first, and hints from messages behind it.
            let denials =
                compiled.denials(of: outcome) + hosts.map { RunDenial($0) } + reader.denials(in: told)
            return Run(
                outcome: outcome, output: Self.text(taken), errors: told,
                denials: denials.enumerated().filter { !denials[..<$0].contains($1) }.map(\.element),
                refusedHosts: hosts, reachedHosts: network.takeReached())
        } catch {
            throw .system(error)
        }
    }

    private static let outputBytesMax = 1 << 20

    private static func text(_ capture: OutputCapture) -> String {
        String(decoding: capture.finish().bytes { Array("\n[\($0) bytes left out]\n".utf8) }, as: UTF8.self)
    }
}

extension JailFailure {
    /// Of the command that needed the jail.
    package var exitCode: ExitCode {
        if case .plan = self { .wrongInput } else { .sandboxTooWeak }
    }
}
