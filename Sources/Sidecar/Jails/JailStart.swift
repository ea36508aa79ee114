internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// A jail as strong as this host gives it: with namespaces, and where it refuses them, by rules alone, if the policy does not
/// require more. What there was not is missing from its layers.
struct JailStart: Sendable {
    let compiled: CompiledPolicy
    let variables: PolicyVariables
    let zygote: Zygote

    typealias Compile = (PolicyVariables, JailPlan.Isolation) throws(PolicyJail.Failure) -> CompiledPolicy

    static func strongest(
        _ variables: PolicyVariables, _ program: ZygoteProgram, on loop: EventLoop, _ compile: Compile
    ) async throws(PolicyJail.Failure) -> JailStart {
        let compiled = try compile(variables, .namespaces)
        let refusal: ZygoteError
        do throws(ZygoteError) {
            let zygote = try await Zygote.start(compiled.plan, program: program, on: loop)
            return JailStart(compiled: compiled, variables: variables, zygote: zygote)
        } catch {
            refusal = error
        }
        guard refusal.isForWantOfNamespaces else { throw .zygote(refusal) }
        let missing = compiled.plan.required.subtracting(JailPlan.Isolation.rules.layers)
        guard missing.isEmpty else { throw .tooWeak(missing, refusal) }
        return try await byRules(variables, program, on: loop, compile)
    }

    static func byRules(
        _ variables: PolicyVariables, _ program: ZygoteProgram, on loop: EventLoop, _ compile: Compile
    ) async throws(PolicyJail.Failure) -> JailStart {
        var variables = variables
        variables.tmp = freshFolder()
        let compiled = try compile(variables, .rules)
        do throws(ZygoteError) {
            let zygote = try await Zygote.start(compiled.plan, program: program, on: loop)
            return JailStart(compiled: compiled, variables: variables, zygote: zygote)
        } catch {
            throw .zygote(error)
        }
    }

    /// A name that nobody can have taken; the jail makes the folder, and removes it.
    static func freshFolder() -> NormalPath {
        NormalPath(parts: ["tmp", "sidecar-jail-\(String(UInt64.random(in: .min ... .max), radix: 16))"])
    }
}
