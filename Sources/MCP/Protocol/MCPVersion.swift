/// A revision of the protocol. Up to 2025-11-25 a client opens a session (`initialize`) and everything belongs to it; from
/// 2026-07-28 on every request says for itself what it needs, and a server remembers nothing.
package enum MCPVersion: String, Sendable, CaseIterable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    case july2026 = "2026-07-28"

    package var isStateless: Bool { self == .july2026 }

    package static let stateless = allCases.filter(\.isStateless)
    package static let withSessions = allCases.filter { !$0.isStateless }
    /// Offered to a client that asks for a version that we do not know.
    package static let newestWithSessions = MCPVersion.november2025

    // MARK: What came when

    /// Several messages in one list: there in one revision only.
    package var hasBatches: Bool { self == .march2025 }
    /// Hints of tools, and words beside a progress.
    package var hasAnnotations: Bool { self >= .march2025 }
    /// Titles, schemas of results, and results that programs can read.
    package var hasStructuredResults: Bool { self >= .june2025 }
}

extension MCPVersion: Comparable {
    /// They are named by their dates.
    package static func < (left: MCPVersion, right: MCPVersion) -> Bool { left.rawValue < right.rawValue }
}
