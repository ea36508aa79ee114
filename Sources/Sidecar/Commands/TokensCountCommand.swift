internal import JSON
internal import LinuxSystem
internal import Translation

package enum TokensCountCommand: Command {
    private static let textBytesMax = 256 << 20

    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["tokens", "count"], summary: "Count the tokens of a text",
            details:
                "By the vocabulary of `tokens.vocabulary`, or else by one that `sidecar tokens install` has brought: exactly what "
                + "tiktoken counts. Without any it is an estimate, and said to be one.",
            flags: [
                FlagDeclaration(
                    "--model", .init("M"), help: "Whose tokens: GPT-4 and GPT-3.5 have others than everything since.")
            ],
            arguments: [ArgumentDeclaration("FILE", .file, help: "The text; - or nothing for stdin.")],
            hasJSON: true,
            examples: [
                CommandExample("sidecar tokens count README.md", "prints a number"),
                CommandExample("git diff | sidecar tokens count --json", "and says how it was counted"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        let loaded: LoadedConfiguration
        do throws(ConfigurationError) {
            loaded = try invocation.loadConfiguration()
        } catch {
            return invocation.refuse(error)
        }
        let path = invocation.line.arguments.first ?? "-"
        let text: [UInt8]
        do throws(SystemError) {
            text = path == "-" ? try StandardInput.read(limit: textBytesMax) : try File.read(path, limit: textBytesMax)
        } catch {
            console.complain("\(path == "-" ? "stdin" : path): \(error.reason)")
            return .failed
        }
        let vocabularies = Vocabularies(loaded.configuration.tokens, environment: invocation.environment)
        let source = vocabularies.source(for: invocation.line["--model"] ?? "")
        var counter = TokenCounter(nil)
        if case .file(let file, let pattern, _) = source {
            switch Vocabularies.load(file, pattern) {
            case .success(let vocabulary): counter = TokenCounter(vocabulary)
            case .failure(let error):
                console.complain(error.message)
                return .failed
            }
        }
        // What is no UTF-8 could be no part of a request.
        let clean = Array(String(decoding: text, as: UTF8.self).utf8)
        let count = clean.withUnsafeBufferPointer { counter.count($0) }
        if invocation.wantsJSON {
            console.print(
                (["tokens": .int(count), "bytes": .int(clean.count), "counted": .string(source.word)] as JSONValue)
                    .text(style: .pretty))
        } else {
            console.print("\(count)")
            if source == .none {
                console.note("an estimate: `sidecar tokens install` brings the vocabulary that counts exactly")
            }
        }
        return .done
    }
}
