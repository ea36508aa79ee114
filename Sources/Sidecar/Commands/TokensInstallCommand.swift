internal import Digest
internal import JSON
internal import LinuxSystem
internal import Translation

package enum TokensInstallCommand: Command {
    package static var declaration: CommandDeclaration {
        let names = KnownVocabulary.all.map(\.name)
        return CommandDeclaration(
            path: ["tokens", "install"], summary: "Fetch the vocabulary that a model's tokens are counted by",
            details:
                "Fetches a vocabulary from where OpenAI publishes it, looks whether it is the one by its SHA-256, and keeps it in "
                + "$XDG_STATE_HOME/sidecar/tokens. A sidecar that runs uses it from its next count on. --url takes it from "
                + "elsewhere; what comes must be the same. Without a network: put the file there, or name it in "
                + "`tokens.vocabulary`.",
            flags: [
                FlagDeclaration("--url", .init("URL"), help: "Where to fetch it from, in place of OpenAI's address."),
                FlagDeclaration(
                    "--sha256", .init("DIGITS"), help: "What it must be, for a file that is not OpenAI's own."),
            ],
            arguments: [ArgumentDeclaration("NAME", .choice(names), help: "Which one; else \(names[0]).")],
            hasJSON: true,
            examples: [
                CommandExample("sidecar tokens install", "for all of OpenAI's models since GPT-4o"),
                CommandExample("sidecar tokens install cl100k_base", "for GPT-4 and GPT-3.5"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        let name = invocation.line.arguments.first ?? KnownVocabulary.all[0].name
        guard let known = KnownVocabulary.named(name) else {
            console.complain(
                "NAME: `\(name)` is none of \(KnownVocabulary.all.map(\.name).joined(separator: ", "))")
            return .wrongInput
        }
        guard let wanted = SHA256(hexadecimal: (invocation.line["--sha256"] ?? known.sha256).lowercased()) else {
            console.complain("--sha256: takes 64 hexadecimal digits")
            return .wrongInput
        }
        guard let folder = KnownVocabulary.folder(invocation.environment),
            let path = known.path(invocation.environment)
        else {
            console.complain("no state folder: set XDG_STATE_HOME or HOME to an absolute path")
            return .failed
        }
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try invocation.loadConfiguration().configuration
        } catch {
            return invocation.refuse(error)
        }
        let url = invocation.line["--url"] ?? known.url
        do {
            let bytes = try Download.get(
                url, configuration, environment: invocation.environment, bytesMax: Vocabularies.bytesMax)
            let found = SHA256(of: bytes)
            guard found == wanted else {
                console.complain("\(url): what came is another file: its SHA-256 is \(found), and not \(wanted)")
                return .failed
            }
            let vocabulary = try bytes.withUnsafeBytes { try Vocabulary(tiktoken: $0, known.pattern) }
            try File.makeDirectories(folder)
            try File.writeAtomically(path, bytes, mode: 0o644)
            return done(path, vocabulary.count, invocation)
        } catch {
            return complain(error, url, path, console)
        }
    }

    private static func done(_ path: String, _ tokens: Int, _ invocation: Invocation) -> ExitCode {
        if invocation.wantsJSON {
            invocation.console.print(
                (["path": .string(path), "tokens": .int(tokens)] as JSONValue).text(style: .pretty))
        } else {
            invocation.console.print("wrote \(path): \(tokens) tokens")
        }
        return .done
    }

    private static func complain(_ error: any Error, _ url: String, _ path: String, _ console: any Console) -> ExitCode
    {
        switch error {
        case Download.Failure.wrongAddress(let reason):
            console.complain("--url: \(reason)")
            return .wrongInput
        case Download.Failure.failed(let reason): console.complain("\(url) cannot be fetched: \(reason)")
        case let error as SystemError: console.complain("\(path) cannot be written: \(error.reason)")
        default: console.complain("\(url): what came is no vocabulary in tiktoken's form: \(error)")
        }
        return .failed
    }
}
