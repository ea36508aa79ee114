/// What becomes of one thing that Anthropic's API knows, at a provider of another API.
package enum Support: Equatable, Sendable {
    case carried
    case carriedAs(String)
    /// By other means, to the same effect.
    case emulated(String)
    /// Left out, and said so in `x-sidecar-dropped`.
    case leftOut(String)
    /// Left out, because nothing is lost by it.
    case ignored(String)
    /// The request is answered with status 400.
    case refused(String)

    var text: String {
        switch self {
        case .carried: "carried"
        case .carriedAs(let what): "carried: \(what)"
        case .emulated(let how): "emulated: \(how)"
        case .leftOut(let why): "left out: \(why)"
        case .ignored(let why): "ignored: \(why)"
        case .refused(let why): "refused: \(why)"
        }
    }
}

/// One line of docs/compatibility.md.
package struct CompatibilityRow: Sendable {
    package let name: String
    /// What `x-sidecar-dropped` says where it is left out.
    package let feature: Feature?
    package let support: @Sendable (ChatDialect) -> Support

    init(_ name: String, _ feature: Feature? = nil, _ support: @escaping @Sendable (ChatDialect) -> Support) {
        self.name = name
        self.feature = feature
        self.support = support
    }

    init(_ name: String, _ feature: Feature? = nil, always support: Support) {
        self.init(name, feature) { _ in support }
    }
}
