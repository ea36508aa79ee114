package import LinuxSystem
internal import ToolRuntime

/// Where a command talks to its user. The terminal in the program, an array in tests.
package protocol Console {
    func write(_ text: String, to stream: StandardStream)
    /// On a terminal, and without NO_COLOR.
    func isColoured(_ stream: StandardStream) -> Bool
    /// What went wrong: a line, and those that belong below it.
    func complain(_ line: String, _ details: [String])
    /// Why a result did not get out: a full disk. nil when all did.
    var outputProblem: String? { get }
}

extension Console {
    package var outputProblem: String? { nil }
}

extension Console {
    /// A line of the result.
    package func print(_ line: String) { write(line + "\n", to: .output) }

    /// A line for the user, beside the result. Many have words of strangers in them, which no terminal shall obey.
    package func note(_ line: String) { write(ShownText.neutral(line) + "\n", to: .error) }

    package func complain(_ line: String, _ details: [String]) {
        let words = ShownText.neutral(line)
        write("\(styled("error:", .red, on: .error)) \(words)\(details.isEmpty ? "" : ":")\n", to: .error)
        for detail in details { note("  \(detail)") }
    }

    package func complain(_ line: String) { complain(line, []) }

    package func styled(_ text: String, _ style: TextStyle, on stream: StandardStream) -> String {
        isColoured(stream) ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// Numbers of ECMA-48, section 8.3.117.
package enum TextStyle: Int, Sendable {
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
}

package final class SystemConsole: Console {
    private let environment: [String: String]
    package private(set) var outputProblem: String?

    package init(environment: [String: String]) { self.environment = environment }

    package func write(_ text: String, to stream: StandardStream) {
        do throws(SystemError) {
            try stream.write(text)
        } catch {
            // A reader that has left (`| head`) is no failure of the command, and there is nobody to tell.
            if stream == .output && !error.isBrokenPipe {
                outputProblem = "the result cannot be written: \(error.reason)"
            }
        }
    }

    package func isColoured(_ stream: StandardStream) -> Bool {
        // https://no-color.org: set and not empty.
        (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb" && stream.isTerminal
    }
}
