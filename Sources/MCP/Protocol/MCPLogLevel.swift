/// How much a message of the log matters, by the names of RFC 5424.
package enum MCPLogLevel: String, Sendable, CaseIterable {
    case debug, info, notice, warning, error, critical, alert, emergency

    private var weight: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether somebody who wants messages from `self` on wants one of `other`.
    package func lets(_ other: MCPLogLevel) -> Bool { other.weight >= weight }

    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
