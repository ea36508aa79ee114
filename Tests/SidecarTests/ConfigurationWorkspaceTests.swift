import LinuxSystem
import Sidecar
import Testing

@Suite struct WorkspaceTests {
    @Test func itMustBeAFolderThatIsThere() throws {
        try withTemporaryFolder { folder in
            let file = "\(folder)/sidecar.yaml"
            for (workspace, part) in [
                ("\(folder)/nowhere", "there is no folder"), (file, "is not a folder"), (folder, nil),
            ] {
                try File.writeAtomically(file, Array("debug: true\nworkspace: \(workspace)\n".utf8))
                let outcome = sidecar("config", "check", file)
                #expect(outcome.code == (part == nil ? .done : .wrongInput))
                guard let part else { continue }
                #expect(outcome.errors.hasPrefix("error: \(file):2:1: workspace: "), "\(outcome.errors)")
                #expect(outcome.errors.contains(part))
                #expect(sidecar("doctor", "--config", file).output.contains(part))
                #expect(sidecar("serve", "--config", file).code == .wrongInput)
            }
        }
    }

    @Test func aFlagIsNamed() throws {
        try withTemporaryFolder { folder in
            let file = "\(folder)/sidecar.yaml"
            try File.writeAtomically(file, Array("workspace: \(folder)\n".utf8))
            for flags in [["--detach"], []] {
                let console = RecordingConsole()
                let words = ["serve", "--config", file, "--workspace", "/nonexistent/folder"]
                #expect(Program(console: console, environment: [:]).run(words + flags) == .wrongInput)
                #expect(console.errors.hasPrefix("error: --workspace: workspace: there is no folder"))
            }
        }
    }
}
