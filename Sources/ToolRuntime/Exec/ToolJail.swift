package import Confinement
package import LinuxSystem
package import Sandbox

/// Why there is no jail.
package enum ToolJailFailure: Error, Sendable, CustomStringConvertible {
    /// No jail on this host can hold to the policy.
    case plan(PlanError)
    case jail(ZygoteError)
    case system(SystemError)

    package var description: String {
        switch self {
        case .plan(let error): error.description
        case .jail(let error): error.description
        case .system(let error): error.description
        }
    }
}

/// A jail of a policy that has been started. On its loop only.
final class ToolJail: @unchecked Sendable {
    let zygote: Zygote
    let network: ToolJailNetwork
    let loop: EventLoop
    var layers: [String] { zygote.layers.names }

    static func start(
        _ plan: JailPlan, _ rules: NetworkRules, program: ZygoteProgram, on loop: EventLoop
    ) async throws(ToolJailFailure) -> ToolJail {
        let zygote: Zygote
        do throws(ZygoteError) {
            zygote = try await Zygote.start(plan, program: program, on: loop)
        } catch {
            throw .jail(error)
        }
        do throws(SystemError) {
            return ToolJail(zygote, try ToolJailNetwork(zygote, rules, on: loop), loop)
        } catch {
            await zygote.stop()
            throw .system(error)
        }
    }

    private init(_ zygote: Zygote, _ network: ToolJailNetwork, _ loop: EventLoop) {
        self.zygote = zygote
        self.network = network
        self.loop = loop
    }

    func stop() async {
        network.stop()
        await zygote.stop()
    }
}
