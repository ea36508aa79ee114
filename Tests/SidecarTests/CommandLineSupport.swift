import LinuxSystem
import Sidecar

/// Collects what a command says.
final class RecordingConsole: Console {
    private(set) var output = ""
    private(set) var errors = ""

    func write(_ text: String, to stream: StandardStream) {
        switch stream {
        case .output: output += text
        case .error: errors += text
        }
    }

    func isColoured(_ stream: StandardStream) -> Bool { false }
}

struct CommandOutcome {
    let code: ExitCode
    let output: String
    let errors: String
}

/// Runs the program in this process, with an environment that holds nothing of the machine's.
func sidecar(_ words: String..., environment: [String: String] = ["XDG_CONFIG_HOME": "/nonexistent"]) -> CommandOutcome
{
    let console = RecordingConsole()
    let code = Program(console: console, environment: environment).run(words)
    return CommandOutcome(code: code, output: console.output, errors: console.errors)
}

/// A path where nothing is, and where nothing is left when the body returns.
func withTemporaryPath<Result>(_ body: (String) throws -> Result) throws -> Result {
    let base = ProcessInfo.environment("TMPDIR") ?? "/tmp"
    let path = "\(base)/sidecar-tests-\(ProcessInfo.pid)-\(UInt64.random(in: 0...(.max))).yaml"
    defer { try? File.remove(path) }
    return try body(path)
}
