internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// A jail of a policy that has been started. On its loop only.
final class ToolJail: @unchecked Sendable {
    let zygote: Zygote
    let network: JailNetwork
    let loop: EventLoop
    /// Where the private folder of its runs is.
    let variables: PolicyVariables
    let isolation: JailPlan.Isolation
    var layers: [String] { zygote.layers.names }
    private let guarded: GuardedPlaces

    /// It runs, and all that it protects is still what it mounted.
    var holds: Bool { zygote.isServing && guarded.areAsTheyWere }

    static func start(
        _ variables: PolicyVariables, _ rules: NetworkRules, program: ZygoteProgram, on loop: EventLoop,
        _ compile: JailStart.Compile
    ) async throws(JailFailure) -> ToolJail {
        let started = try await JailStart.strongest(variables, program, on: loop, compile)
        do throws(SystemError) {
            return ToolJail(started, try JailNetwork(started.zygote, rules, on: loop), loop)
        } catch {
            await started.zygote.stop()
            throw .system(error)
        }
    }

    private init(_ started: JailStart, _ network: JailNetwork, _ loop: EventLoop) {
        zygote = started.zygote
        variables = started.variables
        isolation = started.compiled.plan.isolation
        guarded = GuardedPlaces(of: started.compiled.plan)
        self.network = network
        self.loop = loop
    }

    func stop() async {
        network.stop()
        await zygote.stop()
    }
}
