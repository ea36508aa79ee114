import JSON
import Sandbox
import Testing

@Suite struct SARIFTests {
    private func log(_ reports: [AuditReport]) throws -> JSONValue {
        try JSONValue(parsing: AuditReport.sarif(reports, version: "1.2.3").text(style: .pretty))
    }

    @Test(arguments: ShippedPolicies.names) func keepsToTheSchema(_ name: String) throws {
        #expect(SARIFRules.check(try log([try AuditLaboratory.builtIn(name)])) == [])
    }

    /// It is no file of this machine, and none of whoever reads the findings.
    @Test func aPolicyOfTheProgramIsAFileOfItsSource() throws {
        let results = try log([try AuditLaboratory.builtIn("default")])["runs"]?[0]?["results"]?.array ?? []
        let files = Set(
            results.compactMap { $0["locations"]?[0]?["physicalLocation"]?["artifactLocation"]?.text() })
        #expect(files.contains(#"{"uri":"policies/default.yaml","uriBaseId":"SIDECAR"}"#), "\(files)")
    }

    /// The rules see what is wrong.
    @Test func theValidatorRefuses() {
        #expect(SARIFRules.check(["version": "2.1.0"]).contains(": has no runs"))
        #expect(SARIFRules.check(["version": "2.0", "runs": []]).count == 1)
        let wrong: JSONValue = [
            "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": ["name": "x", "rules": []]],
                    "results": [["ruleId": "a", "ruleIndex": 3, "level": "bad", "message": ["text": ""]]],
                ]
            ],
        ]
        #expect(SARIFRules.check(wrong).count == 3)
    }

    @Test func resultsHavePlaceLevelAndSuppression() throws {
        let text =
            "commands: { allow: [awk, perl] }\n\(AuditCase.everywhere)\n" + AuditCase.waiver("exec.link", "2027-01-01")
        let report = try AuditLaboratory.audit(text)
        let log = try log([report])
        #expect(SARIFRules.check(log) == [])
        let results = try #require(log["runs"]?[0]?["results"]?.array)
        #expect(results.count == report.findings.count + report.waived.count)
        let perl = try #require(results.first { $0["ruleId"]?.string == "exec.interpreter" })
        #expect(perl["level"]?.string == "error")
        let physical = try #require(perl["locations"]?[0]?["physicalLocation"])
        #expect(physical["artifactLocation"]?["uri"]?.string == "p.yaml")
        #expect(physical["region"]?["startLine"]?.int == 2 && physical["region"]?["startColumn"]?.int == 26)
        #expect(physical["region"]?["snippet"]?["text"]?.string == "commands: { allow: [awk, perl] }")
        let link = try #require(results.first { $0["ruleId"]?.string == "exec.link" })
        #expect(link["suppressions"]?[0]?["justification"]?.string == "because (me, until 2027-01-01)")
        #expect(perl["suppressions"] == nil)
        let notes = log["runs"]?[0]?["invocations"]?[0]?["toolExecutionNotifications"]?.array
        #expect(notes?.count == report.omissions.count)
    }

    /// A code host takes two runs for the same finding by these.
    @Test func fingerprintsAreUniqueAndStayWhenLinesMove() throws {
        func prints(_ text: String) throws -> [String] {
            let log = try log([try AuditLaboratory.audit(text)])
            return (log["runs"]?[0]?["results"]?.array ?? []).compactMap {
                $0["partialFingerprints"]?["sidecarFinding/v1"]?.string
            }
        }
        let first = try prints("commands: { allow: [awk, perl] }")
        let moved = try prints("\n# a comment\n\ncommands: { allow: [awk, perl] }")
        #expect(Set(first).count == first.count && first.count > 3)
        #expect(Set(first) == Set(moved))
    }
}
