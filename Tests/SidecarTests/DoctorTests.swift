import Sandbox
import Sidecar
import Testing

@Suite struct DoctorTests {
    static func finding(_ status: Finding.Status, _ title: String = "t", group: String = "g", mend: String? = nil)
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
        #expect(KeyChecks.findings(environment: [:], configured: []).map { $0.id } == ["key.none"])
    }

    @Test func placesFollowTheStandardOfTheDesktop() {
        #expect(Places.state(["XDG_STATE_HOME": "/s/", "HOME": "/h"]) == "/s/sidecar")
        #expect(Places.state(["XDG_STATE_HOME": "relative", "HOME": "/h"]) == "/h/.local/state/sidecar")
        #expect(Places.state(["HOME": "/"]) == "/.local/state/sidecar")
        #expect(Places.state([:]) == nil)
        #expect(Places.runtime(["XDG_RUNTIME_DIR": "/r", "HOME": "/h"]) == "/r/sidecar")
        #expect(Places.runtime(["HOME": "/h"]) == "/h/.local/state/sidecar")
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
}
