import LinuxSystem
import Sandbox
import Sidecar
import Testing
import Translation

/// The pages of docs/ that are written from declarations are as new as those.
@Suite struct GeneratedDocumentsTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    @Test func configuration() throws { try check("docs/configuration.md", ConfigurationReference.markdown()) }

    @Test func commands() throws { try check("docs/commands.md", CommandReference(CommandRegistry.catalog).markdown()) }

    @Test func audit() throws { try check("docs/audit.md", AuditReference.markdown()) }

    @Test func scripts() throws { try check("docs/scripted.md", ScriptReference.markdown()) }

    @Test func compatibility() throws { try check("docs/compatibility.md", CompatibilityTable.document) }

    @Test func models() throws { try check("docs/models.md", ModelsReference.markdown()) }

    @Test func attempts() throws { try check("docs/prove.md", ProofReference.markdown()) }

    /// The tables of keys; the prose is written by hand.
    @Test func policies() throws {
        let page = try File.readText("\(Self.root)/docs/policies.md")
        try check("docs/policies.md", try #require(PolicyReference.renewed(page)))
    }

    private func check(_ path: String, _ text: String) throws {
        let file = "\(Self.root)/\(path)"
        if ProcessInfo.environment("SIDECAR_UPDATE_DOCS") == "1" {
            try File.makeDirectories("\(Self.root)/docs")
            try File.writeAtomically(file, Array(text.utf8), mode: 0o644)
        }
        let found = try File.readText(file)
        #expect(
            found == text,
            "\(path) is older than the declarations: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests")
    }
}
