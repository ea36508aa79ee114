package import Confinement
package import LinuxSystem
package import Sandbox

/// Why there is no jail.
package enum JailFailure: Error, Sendable, CustomStringConvertible {
    /// No jail on this host can hold to the policy.
    case plan(PlanError)
    case zygote(ZygoteError)
    case system(SystemError)
    /// The host gives no namespaces, and the policy requires these.
    case tooWeak(JailLayers, ZygoteError)

    package var description: String {
        switch self {
        case .plan(let error): error.description
        case .zygote(let error): error.description
        case .system(let error): error.description
        case .tooWeak(let missing, let error):
            "the policy requires \(missing.names.joined(separator: ", ")), which cannot be had here: \(error)"
        }
    }
}
