import Sandbox
import Testing

/// What is said of the policies that come with the program, on a usual machine. A change here is a change of what users
/// are told: it is to be looked at, not only to be adjusted.
@Suite struct ShippedAuditTests {
    private func said(_ report: AuditReport) -> Set<String> { Set(report.findings.map { "\($0.check) \($0.severity.rawValue)" }) }

    @Test(arguments: [("base", "A"), ("strict", "A"), ("readonly", "A"), ("default", "B"), ("ci", "B"), ("open", "F")])
    func grades(_ name: String, _ grade: String) throws {
        let report = try AuditLaboratory.builtIn(name)
        #expect(report.score.grade == grade, "\(report.score.text) \(said(report).sorted())")
        if name != "open" { #expect((report.worst ?? .low) <= .medium, "\(said(report).sorted())") }
        #expect(report.waived.isEmpty)
    }

    @Test(arguments: ShippedPolicies.names) func findingsAreThese(_ name: String) throws {
        let found = said(try AuditLaboratory.builtIn(name))
        let expected = try #require(Self.findings[name])
        #expect(found.subtracting(expected).sorted() == [], "not expected")
        #expect(expected.subtracting(found).sorted() == [], "not found")
    }

    private static let findings: [String: Set<String>] = [:]
}
