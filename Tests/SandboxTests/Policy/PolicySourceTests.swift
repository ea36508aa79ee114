import Sandbox
import Testing
import YAML

/// What lies in the workspace was perhaps written by whom the policy keeps in.
@Suite struct PolicySourceTests {
    private let workspace = NormalPath(parts: ["work"])

    private func source(
        flag: String? = nil, configured: String? = nil, named: Bool = false, host: some HostView = BareHost()
    ) -> Result<PolicySource, SettingsError> {
        do throws(SettingsError) {
            return .success(
                try .inForce(
                    flag: flag, configured: configured, configurationWasNamed: named, workspace: workspace, host))
        } catch {
            return .failure(error)
        }
    }

    /// Somebody who mistyped a name did not mean a file.
    @Test func aNameThatIsNoneIsNoFile() throws {
        for (name, part) in [("defualt", "did you mean `default`?"), ("nope", "built in are base, default")] {
            guard case .failure(let error) = source(configured: name) else {
                Issue.record("\(name) was taken")
                continue
            }
            #expect(error.description.contains("is no built-in policy") && error.description.contains(part), "\(error)")
        }
    }

    @Test func aFlagIsTheUsersWord() throws {
        #expect(try source(flag: "/work/p.yaml", configured: "strict").get() == .file("/work/p.yaml"))
        #expect(try source(flag: "strict").get() == .builtIn("strict"))
        #expect(try source().get() == .builtIn("default"))
    }

    @Test func aConfigurationThatWasFoundCannotNameAFileOfTheWorkspace() throws {
        for path in ["/work/p.yaml", "p.yaml", "/work/../work/a/p.yaml"] {
            guard case .failure(let error) = source(configured: path) else {
                Issue.record("\(path) is taken")
                continue
            }
            #expect(error.description.contains("nobody named it"))
        }
        #expect(try source(configured: "/etc/p.yaml").get() == .file("/etc/p.yaml"))
        #expect(try source(configured: "readonly").get() == .builtIn("readonly"))
        #expect(try source(configured: "/work/p.yaml", named: true).get() == .file("/work/p.yaml"))
    }

    @Test func linksDoNotHideIt() {
        let host = ImaginedHost(links: ["/etc/p.yaml": "/work/p.yaml"])
        guard case .failure = source(configured: "/etc/p.yaml", host: host) else {
            Issue.record("a link into the workspace is taken")
            return
        }
    }
}
