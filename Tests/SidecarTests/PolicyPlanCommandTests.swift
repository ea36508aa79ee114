import Digest
import JSON
import LinuxSystem
import Sidecar
import Testing

@Suite struct PolicyPlanCommandTests {
    @Test func everyProgramAndLibraryIsNamedByWhatIsInIt() throws {
        try withTemporaryPath { path in
            try File.writeAtomically(path, Array("version: 1\ncommands: { allow: [ls] }\n".utf8))
            let shown = sidecar("policy", "show", path, "--plan", "--json")
            #expect(shown.code == .done, "\(shown.errors)")
            let plan = try JSONValue(parsing: shown.output)
            for list in ["programs", "libraries"] {
                let files = try #require(plan[list]?.array)
                #expect(!files.isEmpty)
                for file in files {
                    let bytes = try File.read(try #require(file["path"]?.string))
                    #expect(file["sha256"]?.string == "\(SHA256(of: bytes))")
                }
            }
        }
    }
}
