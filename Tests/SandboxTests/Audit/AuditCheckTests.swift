import Sandbox
import Testing

@Suite struct AuditCheckTests {
    static let cases = AuditCase.commands + AuditCase.paths + AuditCase.network + AuditCase.rules

    @Test(arguments: cases) func findsWhatItIsFor(_ each: AuditCase) throws {
        let report = try each.report(near: false)
        let found = (report.findings + report.waived).filter { $0.check == each.check }
        #expect(!found.isEmpty, "\(report.omissions.filter { $0.check == each.check })")
        if let severity = each.severity { #expect(found.map(\.severity).max() == severity, "\(found)") }
        for finding in found {
            #expect(!finding.message.isEmpty && !finding.why.isEmpty && !finding.fix.isEmpty)
            #expect(finding.place.line >= 1 && finding.place.column >= 1)
        }
    }

    @Test(arguments: cases) func leavesTheNearMissAlone(_ each: AuditCase) throws {
        let report = try each.report(near: true)
        let found = (report.findings + report.waived).filter { $0.check == each.check }
        #expect(found.isEmpty)
        // Silence must not come from a check that was not done.
        #expect(!report.omissions.contains { $0.check == each.check } || each.nearRequest != nil)
    }

    @Test func everyCheckHasACase() {
        let covered = Set(Self.cases.map(\.check))
        #expect(AuditCatalog.checks.map(\.id).filter { !covered.contains($0) } == [])
        #expect(covered.subtracting(AuditCatalog.checks.map(\.id)) == [])
    }

    /// C01 to C29, P01 to P20, N01 to N09, R01 to R14, and one of our own.
    @Test func noNumberIsMissing() {
        func numbers(_ letter: String, _ count: Int) -> [String] {
            (1...count).map { letter + ($0 < 10 ? "0" : "") + "\($0)" }
        }
        let wanted = numbers("C", 29) + numbers("P", 20) + numbers("N", 9) + numbers("R", 15)
        #expect(AuditCatalog.checks.map(\.number) == wanted)
        #expect(Set(AuditCatalog.checks.map(\.id)).count == 73)
    }

    @Test(arguments: AuditCatalog.checks.map(\.id)) func declarationsAreWhole(_ id: String) throws {
        let check = try #require(AuditCatalog.check(id))
        let words = id.split(separator: ".")
        #expect(words.count == 2 && id.allSatisfy { $0.isLowercase || $0 == "." || $0 == "_" })
        #expect(check.title.first?.isUppercase == true || check.title.hasPrefix("git") || check.title.hasPrefix("sed"))
        #expect(!check.title.hasSuffix("."))
        #expect(check.why.hasSuffix(".") && check.why.count > 40)
        #expect(check.fix.hasSuffix(".") || check.fix.hasSuffix("`"))
    }
}
