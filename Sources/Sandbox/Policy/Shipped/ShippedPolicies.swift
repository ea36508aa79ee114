/// The policies that come with the program. Their files are in `policies/`; the texts here are written from those, and a
/// test compares them.
package enum ShippedPolicies {
    package static let names = ["base", "default", "readonly", "strict", "ci", "open"]

    package static func text(of name: String) -> String? {
        switch name {
        case "base": base
        case "default": standard
        case "readonly": readonly
        case "strict": strict
        case "ci": ci
        case "open": open
        default: nil
        }
    }
}
