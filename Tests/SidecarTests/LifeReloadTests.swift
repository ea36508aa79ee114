import LinuxSystem
import Sidecar
import Testing
import YAML

@Suite struct ConfigurationReloadTests {
    @Test func aChangeIsSeenOnceAndABrokenFileSaysSo() throws {
        try withTemporaryPath { path in
            try File.writeAtomically(path, Array("debug: true\n".utf8))
            let reload = ConfigurationReload(
                file: path, environment: [:],
                overrides: [ConfigurationOverride(key: "listen", text: "127.0.0.1:9", flag: "--listen")])
            #expect(try reload.load().loaded.configuration.debug)
            #expect(reload.changedFiles().isEmpty)
            try File.writeAtomically(path, Array("debug: false\nlisten: 127.0.0.1:1\n".utf8))
            #expect(reload.changedFiles() == [path])
            #expect(reload.changedFiles().isEmpty)
            let loaded = try reload.load().loaded.configuration
            #expect(!loaded.debug && loaded.listen.port == 9)
            try File.writeAtomically(path, Array("debugg: 1\n".utf8))
            #expect(reload.changedFiles() == [path])
            #expect(throws: ConfigurationError.self) { try reload.load() }
            try File.remove(path)
            #expect(reload.changedFiles().isEmpty)
            try File.writeAtomically(path, Array("debug: true\n".utf8))
            #expect(reload.changedFiles() == [path])
            #expect(try reload.load().loaded.configuration.debug)
        }
    }

    @Test func withoutAFileNothingChanges() {
        #expect(ConfigurationReload(file: nil, environment: [:], overrides: []).changedFiles().isEmpty)
    }

    @Test func whatTheFileNamesIsWatchedToo() throws {
        try withTemporaryFolder { folder in
            let file = "\(folder)/sidecar.yaml"
            let script = "\(folder)/script.yaml"
            let certificates = "\(folder)/ca.pem"
            let text = """
                providers:
                  script: { type: scripted, script: script.yaml }
                  other: { type: anthropic, ca_file: ca.pem }
                """
            try File.writeAtomically(file, Array(text.utf8))
            try File.writeAtomically(certificates, Array("certificates".utf8))
            let reload = ConfigurationReload(file: file, environment: [:], overrides: [])
            // The script is not there yet: that it comes is a change.
            #expect(throws: ConfigurationError.self) { try reload.load() }
            try File.writeAtomically(script, Array(Self.script("first").utf8))
            #expect(reload.changedFiles() == [script])
            _ = try reload.load()
            #expect(reload.changedFiles().isEmpty)
            try File.writeAtomically(certificates, Array("others".utf8))
            #expect(reload.changedFiles() == [certificates])
            try File.writeAtomically(script, Array("version: 1\nsteps:\n  - answr: no\n".utf8))
            #expect(reload.changedFiles() == [script])
            let error = #expect(throws: ConfigurationError.self) { try reload.load() }
            #expect(error?.problems.first?.description.hasPrefix("\(script):3:5: ") == true)
            // Mended: although the last look ended in an error.
            try File.writeAtomically(script, Array(Self.script("second").utf8))
            #expect(reload.changedFiles() == [script])
            _ = try reload.load()
        }
    }

    private static func script(_ answer: String) -> String { "version: 1\nsteps:\n  - answer: \(answer)\n" }
}
