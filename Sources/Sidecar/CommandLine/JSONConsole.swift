package import JSON
internal import LinuxSystem

/// The console of a command that was asked for JSON: a program that reads the result finds there why there is none.
final class JSONConsole: Console {
    private let base: any Console
    private var complaints: [String] = []
    private var hasResult = false

    init(_ base: any Console) { self.base = base }

    var outputProblem: String? { base.outputProblem }

    func write(_ text: String, to stream: StandardStream) {
        if stream == .output { hasResult = true }
        base.write(text, to: stream)
    }

    func isColoured(_ stream: StandardStream) -> Bool { base.isColoured(stream) }

    func complain(_ line: String, _ details: [String]) {
        complaints += [line] + details
        base.complain(line, details)
    }

    /// For the end of a command. One that has printed a result has said there what is wrong.
    func explain(_ code: ExitCode) {
        guard code != .done, !hasResult else { return }
        print((["error": code.json(complaints)] as JSONValue).text())
    }
}

extension ExitCode {
    /// The one shape of an error in every `--json`: what went wrong first, and all else that was said of it.
    package func json(_ complaints: [String]) -> JSONValue {
        [
            "kind": .string(name), "exit_code": .int(rawValue), "message": .string(complaints.first ?? meaning),
            "details": .array(complaints.dropFirst().map { .string($0) }),
        ]
    }
}
