import JSON
import Sandbox
import Sidecar
import Testing
import YAML

@Suite struct DoctorTests {
    static func finding(
        _ status: Finding.Status, _ title: String = "t", group: String = "g", mend: String? = nil
    )
        -> Finding
    {
        Finding(id: "\(group).\(title)", group: group, status: status, title: title, detail: "d", mend: mend)
    }

    @Test func onlyFailuresFail() {
        #expect(DoctorReport(checks: []).isOK)
        #expect(DoctorReport(checks: [.ok, .warn, .info].map { Self.finding($0) }).isOK)
        #expect(!DoctorReport(checks: [.ok, .fail].map { Self.finding($0) }).isOK)
    }

    @Test func textIsGroupedAndAligned() {
        let report = DoctorReport(checks: [
            Self.finding(.ok, "long title", group: "one"), Self.finding(.fail, "x", group: "two", mend: "do it"),
            Self.finding(.warn, "y", group: "one"),
        ])
        #expect(
            report.text(coloured: false) == """
                one
                  ✓ long title  d
                  ! y           d

                two
                  ✗ x           d
                                → do it

                1 must be mended; 1 could be better.

                """)
    }

    @Test func coloursAndControlsOnlyWhenWanted() {
        let check = Finding(id: "a", group: "g", status: .ok, title: "t", detail: "a\u{1B}[2Jb\nc")
        #expect(!DoctorReport(checks: [check]).text(coloured: false).contains("\u{1B}"))
        let coloured = DoctorReport(checks: [check]).text(coloured: true)
        #expect(coloured.contains("\u{1B}[32m✓\u{1B}[0m"))
        #expect(coloured.contains("a?[2Jb?c"))
    }

    @Test func keysAreNeverShown() {
        let secret = "sk-planted-0123456789abcdef"
        let findings = KeyChecks.findings(
            environment: ["OPENAI_API_KEY": secret, "GEMINI_API_KEY": "", "ANTHROPIC_API_KEY": "abc", "OTHER": secret],
            configured: [("a", secret.utf8.count), ("b", nil), ("c", 0)])
        let text = DoctorReport(checks: findings).text(coloured: false) + "\(findings)"
        #expect(!text.contains("planted") && !text.contains("\(secret.utf8.count)") && !text.contains("abc"))
        func status(_ id: String) -> Finding.Status? { findings.first { $0.id == id }?.status }
        #expect(status("key.OPENAI_API_KEY") == .ok)
        #expect(status("key.GEMINI_API_KEY") == .warn)
        #expect(status("key.ANTHROPIC_API_KEY") == .warn)
        #expect(status("key.provider.a") == .ok)
        #expect(status("key.provider.b") == .info)
        #expect(status("key.provider.c") == .warn)
        #expect(findings.count == 6)
    }

    @Test func scriptsNeedNoKeys() throws {
        for environment in [[:], ["ANTHROPIC_API_KEY": "none"]] {
            let findings = KeyChecks.findings(environment: environment, configured: [])
            #expect(findings.map { $0.id } == ["key.none"])
            #expect(findings[0].detail == "none needed: every provider answers from a script")
            #expect(findings[0].status == .info && findings[0].mend == nil)
        }
    }

    @Test func placesFollowTheStandardOfTheDesktop() {
        #expect(Places.state(["XDG_STATE_HOME": "/s/", "HOME": "/h"]) == "/s/sidecar")
        #expect(Places.state(["XDG_STATE_HOME": "relative", "HOME": "/h"]) == "/h/.local/state/sidecar")
        #expect(Places.state(["HOME": "/"]) == "/.local/state/sidecar")
        #expect(Places.state([:]) == nil)
    }

    @Test func foldersAreJudgedByWhatExists() {
        func check(_ path: String?) -> Finding {
            PlaceChecks.folder(id: "i", title: "t", path: path, variable: "V")
        }
        #expect(check("/tmp").status == .ok)
        #expect(check("/tmp/not/there/yet").detail == "/tmp/not/there/yet (will be made)")
        #expect(check("/dev/null/x").status == .fail)
        #expect(check("/proc/self/status").detail.hasSuffix("is not a folder"))
        #expect(check(nil).status == .warn)
    }

    @Test func claudeIsFoundAsAFileOnPath() {
        #expect(PlaceChecks.claude(path: "").status == .info)
        #expect(PlaceChecks.claude(path: "/nonexistent:relative:.").status == .info)
    }

    @Test(arguments: [
        (UInt64(256), UInt64(4096), Finding.Status.warn), (1024, 1024, .ok), (.max, .max, .ok), (0, 0, .warn),
    ]) func descriptorLimitIsJudged(soft: UInt64, hard: UInt64, status: Finding.Status) {
        let finding = PlaceChecks.descriptors((soft, hard))
        #expect(finding.status == status)
        #expect((finding.mend != nil) == (status == .warn))
    }

    @Test func portIsFreeOursOrTaken() {
        let stranger = PortHolder(pid: 7, program: "nginx", user: 0, isSidecar: false)
        let sidecar = PortHolder(pid: 8, program: "sidecar", user: 0, isSidecar: true)
        #expect(PortCheck.finding(address: "a:1", holder: nil).status == .ok)
        #expect(PortCheck.finding(address: "a:1", holder: sidecar).status == .ok)
        let taken = PortCheck.finding(address: "a:1", holder: stranger)
        #expect(taken.status == .fail && taken.detail == "a:1 is taken by nginx (pid 7)")
    }

    @Test func librariesThatLackSomethingSaySo() {
        #expect(LibraryChecks.client(version: "1", tls: nil).status == .fail)
        #expect(LibraryChecks.client(version: "1", tls: "X/2").detail == "libcurl 1, X/2")
        #expect(LibraryChecks.http2(false).status == .warn)
        #expect(LibraryChecks.encodings(brotli: true, zstd: false).detail == "gzip, brotli")
        #expect(LibraryChecks.findings().allSatisfy { !$0.detail.isEmpty })
    }

    @Test func jsonHasEveryMember() {
        var writer = JSONWriter()
        DoctorReport(checks: [Self.finding(.warn, mend: "m\"m"), Self.finding(.fail)]).write(to: &writer)
        #expect(
            writer.text == """
                {"ok":false,"checks":[\
                {"id":"g.t","group":"g","status":"warn","title":"t","detail":"d","mend":"m\\"m"},\
                {"id":"g.t","group":"g","status":"fail","title":"t","detail":"d","mend":null}]}
                """)
    }

    @Test func brokenConfigurationIsAFailureForEachProblem() {
        func findings(_ text: String) -> [Finding] {
            let source = ConfigurationSource(name: "s.yaml", bytes: Array(text.utf8))
            return ConfigurationFindings.findings(ConfigurationLoader.load(source, environment: [:]))
        }
        #expect(findings("listen: 127.0.0.1:1").map { $0.status } == [.ok])
        let broken = findings("lissten: a\ndebugg: b")
        #expect(broken.map { $0.status } == [.fail, .fail])
        #expect(broken.first?.detail.hasPrefix("s.yaml:1:1: ") == true)
        #expect(Set(broken.map { $0.id }).count == 2)
    }

    /// On any machine: it ends, looks at every group, names each check once and shows no key.
    @Test func examinationIsComplete() {
        let secret = "sk-planted-0123456789abcdef"
        let problem = ConfigurationProblem(place: .wholeFile("/nonexistent"), key: "", message: "cannot be read")
        let report = Doctor.examine(
            .failure(ConfigurationError([problem])),
            environment: ["HOME": "/tmp", "PATH": "/nonexistent", "ANTHROPIC_API_KEY": secret])
        let groups = Set(report.checks.map { $0.group })
        #expect(groups == ["host", "sandbox", "libraries", "configuration", "ports", "keys", "places"])
        #expect(Set(report.checks.map { $0.id }).count == report.checks.count)
        #expect(!report.isOK)
        #expect(report.checks.contains { $0.id == "configuration.problem.1" && $0.detail.contains("/nonexistent") })
        #expect(!report.text(coloured: true).contains("planted"))
    }
}
