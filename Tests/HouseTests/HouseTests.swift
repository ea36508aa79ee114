import LinuxSystem
import Testing

/// The rules held against the tree as it is.
@Suite struct HouseTests {
    @Test func `Imports go down`() throws {
        let files = try SourceTree.files(below: "Sources", ending: [".swift"])
        #expect(files.count > 20, "the sources were not found below \(SourceTree.root)")
        let findings = files.flatMap(Layers.findings)
        #expect(findings.isEmpty, "\(list(findings))")
    }

    @Test(arguments: TextRule.all) func `Sources keep the rules of the house`(_ rule: TextRule) throws {
        let findings = try SourceTree.files(below: "Sources", ending: [".swift"]).flatMap(rule.findings)
        #expect(findings.isEmpty, "\(list(findings))")
    }

    @Test func `Files can be read in one sitting`() throws {
        let files = try SourceTree.files(below: "Sources", ending: [".swift", ".c", ".h", ".cpp", ".hpp"])
        let findings = files.flatMap(TextRule.lengthFindings)
        #expect(findings.isEmpty, "\(list(findings))")
    }

    /// What breaks for the users of every gateway that translates, counted by 25 numbers: each is said in the name of a test.
    @Test func `Every known pain has a test`() throws {
        let tests = try SourceTree.files(below: "Tests", ending: [".swift", ".py"])
        let named = Set(
            tests.flatMap { file in
                file.text.matches(of: /\(pains? ([0-9, and]+)\)/).flatMap { found in
                    found.1.split { !$0.isNumber }.compactMap { Int($0) }
                }
            })
        #expect(Set(1...25).subtracting(named).sorted() == [])
    }

    @Test(arguments: [Conformance.server, Conformance.client, Conformance.session])
    func `Every scenario of MCP's conformance suite has a test`(_ scenarios: [String]) throws {
        let swift = try SourceTree.files(below: "Tests", ending: ["Tests.swift"])
        let python = try SourceTree.files(below: "Tests/Clients", ending: [".py"])
        let named = (swift + python).reduce(into: Set<Substring>()) { $0.formUnion(Conformance.names(in: $1)) }
        #expect(scenarios.filter { !named.contains($0[...]) } == [])
    }

    @Test func `Headers say why they are C`() throws {
        let headers = try SourceTree.files(below: "Sources", ending: [".h"])
        #expect(!headers.isEmpty)
        let findings = headers.flatMap(DocumentRules.shimFindings)
        #expect(findings.isEmpty, "\(list(findings))")
    }

    @Test func `Decisions have a number each, and the architecture links them`() throws {
        guard SourceTree.exists("docs/decisions") else { return }
        let names = try Directory.entries("\(SourceTree.root)/docs/decisions")
        var findings = DocumentRules.decisionFindings(names: names)
        if SourceTree.exists("docs/architecture.md") {
            findings += DocumentRules.linkFindings(page: try SourceTree.file("docs/architecture.md"), decisions: names)
        }
        #expect(findings.isEmpty, "\(list(findings))")
    }

    @Test(arguments: ["README.md", "docs/development.md"])
    func `Targets that a page names exist`(_ path: String) throws {
        guard SourceTree.exists(path) else { return }
        let makefile = try SourceTree.file("Makefile")
        let findings = DocumentRules.targetFindings(page: try SourceTree.file(path), makefile: makefile)
        #expect(findings.isEmpty, "\(list(findings))")
    }

    private func list(_ findings: [Finding]) -> String { findings.map(\.description).joined(separator: "\n") }
}
