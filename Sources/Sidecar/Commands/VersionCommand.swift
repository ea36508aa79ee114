internal import JSON

package enum VersionCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["version"], summary: "Print the version",
            details: "Prints the version of the program; with --json also those of the libraries it runs with.",
            hasJSON: true,
            examples: [
                CommandExample("sidecar version", "one line"),
                CommandExample("sidecar version --json", "for scripts and bug reports"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        guard invocation.wantsJSON else {
            invocation.console.print("sidecar \(Version.current)")
            return .done
        }
        let libraries = JSONObject(
            Version.libraries.map { JSONObject.Member(key: $0.name, value: .string($0.version)) })
        let result: JSONValue = ["version": .string(Version.current), "libraries": .object(libraries)]
        invocation.console.print(result.text(style: .pretty))
        return .done
    }
}
