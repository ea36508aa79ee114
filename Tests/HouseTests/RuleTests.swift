import Testing

/// Each rule, held against a violation made for it and against its innocent neighbour.
@Suite struct RuleTests {
    @Test(arguments: [
        ("Sources/JSON/A.swift", "internal import HTTP"),  // up
        ("Sources/JSON/A.swift", "package import YAML"),  // sideways
        ("Sources/JSON/A.swift", "import Foundation"),
        ("Sources/Sidecar/A.swift", "import Dispatch"),
        ("Sources/Sidecar/Commands/A.swift", "internal import Glibc"),
        ("Sources/HTTP/Server/A.swift", "internal import CLinux"),
        ("Sources/Sidecar/A.swift", "private import CCurl"),
        ("Sources/Sidecar/A.swift", "@preconcurrency import struct Foundation.Data"),
        ("Sources/Sandbox/A.swift", "// why\n  internal import Sidecar"),
        ("Sources/Shiny/A.swift", "let a = 1"),  // a module without a layer
    ])
    func `An import that goes up, sideways or out is found`(_ path: String, _ text: String) {
        #expect(Layers.findings(in: SourceFile(path: path, text: text)).count == 1)
    }

    @Test(arguments: [
        ("Sources/JSON/A.swift", "internal import CSimdJSON\ninternal import LinuxSystem"),
        ("Sources/LinuxSystem/A.swift", "internal import Glibc\ninternal import Synchronization"),
        ("Sources/Sidecar/A.swift", "// import Foundation\nlet text = \"import Dispatch\""),
        ("Sources/Sidecar/A.swift", "let text = \"\"\"\n    import Foundation\n    \"\"\""),
    ])
    func `An import that goes down is none`(_ path: String, _ text: String) {
        #expect(Layers.findings(in: SourceFile(path: path, text: text)).isEmpty)
    }

    @Test(arguments: [
        ("loose ends", "// TODO: later"),
        ("loose ends", "throw Problem(\"not implemented\")"),
        ("traps", "default: fatalError(\"no\")"),
        ("traps", "let file = try! open(path)"),
        ("traps", "let value = any as! String"),
        ("printing", "    print(error)"),
        ("loose tasks", "Task.detached { await work() }"),
        ("fork", "let pid = fork()"),
    ])
    func `A violation is found by its own rule alone`(_ name: String, _ line: String) {
        let file = SourceFile(path: "Sources/HTTP/A.swift", text: "let a = 1\n\(line)\n")
        let broken = TextRule.all.filter { !$0.findings(in: file).isEmpty }
        #expect(broken.map(\.name) == [name])
        #expect(broken.flatMap { $0.findings(in: file) }.allSatisfy { $0.line == 2 })
    }

    @Test(arguments: [
        "console.print(text)", "func print(_ line: String) {", "blueprint(of: it)", "// never print(secrets)",
        "let text = \"fatalError(\"", "if let value = any as? String { use(value) }", "let b = pitchfork()",
    ])
    func `What only looks like a violation is none`(_ line: String) {
        let file = SourceFile(path: "Sources/HTTP/A.swift", text: "\(line)\n")
        #expect(TextRule.all.allSatisfy { $0.findings(in: file).isEmpty })
    }

    @Test func `Only commands print`() throws {
        let rule = try #require(TextRule.all.first { $0.name == "printing" })
        #expect(rule.findings(in: SourceFile(path: "Sources/Sidecar/Commands/A.swift", text: "print(1)")).isEmpty)
        #expect(!rule.findings(in: SourceFile(path: "Sources/Sidecar/Gateway/A.swift", text: "print(1)")).isEmpty)
    }

    @Test func `A file of too many lines is found`() {
        let most = String(repeating: "let a = 1\n", count: TextRule.linesMax)
        #expect(TextRule.lengthFindings(in: SourceFile(path: "Sources/HTTP/A.swift", text: most)).isEmpty)
        let more = SourceFile(path: "Sources/HTTP/A.swift", text: most + "let b = 1\n")
        #expect(TextRule.lengthFindings(in: more).count == 1)
    }

    @Test func `A header without a reason is found`() {
        let bare = SourceFile(
            path: "Sources/CLinux/include/A.h", text: "#ifndef A_H\n#define A_H\n// Calls.\nint a(void);\n")
        #expect(DocumentRules.shimFindings(in: bare).count == 1)
        let late = "int a(void);\n// One could have said above why this cannot be Swift, but did not.\n"
        #expect(DocumentRules.shimFindings(in: SourceFile(path: "A.h", text: late)).count == 1)
        let reason = "// Variadic functions cannot be called from Swift: a wrapper each.\nint a(void);\n"
        #expect(DocumentRules.shimFindings(in: SourceFile(path: "A.h", text: reason)).isEmpty)
    }

    @Test func `Decisions with one number, or none, are found`() {
        #expect(DocumentRules.decisionFindings(names: ["001-a.md", "002-b.md"]).isEmpty)
        #expect(DocumentRules.decisionFindings(names: ["001-a.md", "001-b.md"]).count == 1)
        #expect(DocumentRules.decisionFindings(names: ["notes.md"]).count == 1)
    }

    @Test func `A decision that no page links is found`() {
        let page = SourceFile(path: "docs/architecture.md", text: "See [JSON](decisions/003-json.md).")
        #expect(DocumentRules.linkFindings(page: page, decisions: ["003-json.md"]).isEmpty)
        #expect(DocumentRules.linkFindings(page: page, decisions: ["003-json.md", "004-yaml.md"]).count == 1)
    }

    @Test func `A target that does not exist is found`() {
        let makefile = SourceFile(path: "Makefile", text: ".PHONY: run\nrun: build ## serve\n\t@true\nbuild:\n")
        let fine = SourceFile(path: "README.md", text: "Type `make run`, and we make sure of it.\n    make build\n")
        #expect(DocumentRules.targetFindings(page: fine, makefile: makefile).isEmpty)
        let wrong = SourceFile(path: "README.md", text: "Type `make love`.\n\n    make war\n")
        #expect(DocumentRules.targetFindings(page: wrong, makefile: makefile).map(\.line) == [1, 3])
    }
}
