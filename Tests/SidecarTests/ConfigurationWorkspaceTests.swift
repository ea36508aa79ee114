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

    @Test func itIsLookedAtWhateverElseIsWrong() throws {
        try withTemporaryFolder { folder in
            let file = "\(folder)/sidecar.yaml"
            try File.writeAtomically(file, Array("debug: yes\nworkspace: \(folder)/nowhere\npolicy: nope\n".utf8))
            for command in [["config", "check", file], ["doctor", "--config", file]] {
                let console = RecordingConsole()
                #expect(Program(console: console, environment: [:]).run(command) != .done)
                let said = console.output + console.errors
                for part in ["1:8: debug", "2:1: workspace"] { #expect(said.contains("\(file):\(part)"), "\(said)") }
            }
        }
    }

    /// `serve` refuses what it cannot load, so the others do.
    @Test(
        arguments: [
            (
                "defualt",
                "policy: defualt: the policy cannot be read: No such file or directory; did you mean `default`?"
            ),
            ("nope", "built in are base, default"), ("FOLDER/wrong.yaml", "comands: unknown key"), ("readonly", nil),
        ] as [(String, String?)])
    func thePolicyMustBeOneThatIsThere(_ policy: String, _ part: String?) throws {
        try withTemporaryFolder { folder in
            let file = "\(folder)/sidecar.yaml"
            let named = policy.hasPrefix("FOLDER") ? folder + policy.dropFirst(6) : policy
            try File.writeAtomically("\(folder)/wrong.yaml", Array("version: 1\ncomands: {}\n".utf8))
            try File.writeAtomically(file, Array("debug: true\npolicy: \(named)\n".utf8))
            let check = sidecar("config", "check", file)
            #expect(check.code == (part == nil ? .done : .wrongInput))
            guard let part else { return }
            #expect(check.errors.contains(part), "\(check.errors)")
            if !policy.hasPrefix("FOLDER") { #expect(check.errors.hasPrefix("error: \(file):2:1: policy: ")) }
            #expect(sidecar("doctor", "--config", file).output.contains(part.prefix(30)))
            let environment = ["XDG_STATE_HOME": folder]
            #expect(sidecar("serve", "--config", file, environment: environment).errors == check.errors)
            #expect(sidecar("tool", "run", "LS", "--config", file, environment: environment).errors == check.errors)
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
