import LinuxSystem
import Sandbox
import Testing
import YAML

@Suite struct ShippedPolicyTests {
    private static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    private func loaded(_ name: String) throws -> LoadedPolicy {
        try PolicyLoader.load(.builtIn(name), FilesInMemory(texts: [:])).get()
    }

    /// The text in the program is that of the file.
    @Test(arguments: ShippedPolicies.names) func textsAreThoseOfTheFiles(_ name: String) throws {
        let text = try File.readText("\(Self.root)/policies/\(name).yaml")
        if ProcessInfo.environment("SIDECAR_UPDATE_DOCS") == "1" {
            let source = "\(Self.root)/Sources/Sandbox/Policy/Shipped/ShippedPolicies+\(name).swift"
            try File.writeAtomically(source, Array(Self.source(name, text).utf8), mode: 0o644)
            return
        }
        #expect(
            ShippedPolicies.text(of: name) == text,
            "policies/\(name).yaml has changed: SIDECAR_UPDATE_DOCS=1 swift test --filter ShippedPolicyTests, and build again"
        )
    }

    private static func source(_ name: String, _ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let body = lines.map { $0.isEmpty ? "\n" : "        \($0)\n" }.joined()
        return """
            // Written from policies/\(name).yaml by SIDECAR_UPDATE_DOCS=1 swift test --filter ShippedPolicyTests

            extension ShippedPolicies {
                static let \(name == "default" ? "standard" : name) = #\"""
            \(body)
                    \"""#
            }

            """
    }

    @Test(arguments: ShippedPolicies.names) func theirTruthTablesHold(_ name: String) throws {
        let lines = TruthTable.run(try loaded(name).policy)
        #expect(lines.count >= 5)
        for line in lines { #expect(line.difference == nil, "\(line.expectation.place)") }
    }

    /// A comment stands above or behind whatever is not one of a list of names.
    @Test(arguments: ShippedPolicies.names) func theyNameThemselvesAndExplain(_ name: String) throws {
        let policy = try loaded(name).policy
        #expect(policy.name?.value == name)
        #expect(policy.description?.value.isEmpty == false)
        let text = try #require(ShippedPolicies.text(of: name))
        #expect(text.hasPrefix("# "))
    }

    @Test func onlyOpenAllowsTheNetwork() throws {
        for name in ShippedPolicies.names where name != "open" {
            let policy = try loaded(name).policy
            #expect(policy.rules.network.allow.isEmpty && policy.tools.allSatisfy { $0.rules.network.allow.isEmpty })
            #expect(policy.chain.last == "built-in:base.yaml")
            #expect(policy.require.map(\.value).contains(.landlock))
        }
    }

    @Test func ciSaysWhatItWidens() throws {
        let widenings = try loaded("ci").policy.widenings.filter { $0.place.file == "built-in:ci.yaml" }
        #expect(widenings.contains { $0.rule == "filesystem.execute[0]" && $0.parent == "built-in:default.yaml" })
        #expect(widenings.contains { $0.rule == "tools.Bash.limits.wall" })
    }
}
