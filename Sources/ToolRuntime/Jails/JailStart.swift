package import Confinement
package import LinuxSystem
package import Sandbox

/// A jail as strong as this host gives it: with namespaces, and where it refuses them, by rules alone, if the policy does not
/// require more. What there was not is missing from its layers.
package struct JailStart: Sendable {
    package let compiled: CompiledPolicy
    package let variables: PolicyVariables
    package let zygote: Zygote

    package typealias Compile = (PolicyVariables, JailPlan.Isolation) throws(JailFailure) -> CompiledPolicy

    package static func strongest(
        _ variables: PolicyVariables, _ program: ZygoteProgram, on loop: EventLoop, _ compile: Compile
    ) async throws(JailFailure) -> JailStart {
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

    package static func byRules(
        _ variables: PolicyVariables, _ program: ZygoteProgram, on loop: EventLoop, _ compile: Compile
    ) async throws(JailFailure) -> JailStart {
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
    package static func freshFolder() -> NormalPath {
        NormalPath(parts: ["tmp", "sidecar-jail-\(String(UInt64.random(in: .min ... .max), radix: 16))"])
    }
}
