package import YAML

/// A command rule in its long form, while it is read.
struct CommandDraft {
    var name = ""
    var args: [PolicyRule<Wildcard>]?
    var denyArgs: [PolicyRule<Wildcard>] = []
}

extension ValueKind<Wildcard> {
    /// One word of a command.
    static var argument: ValueKind {
        parsed(
            "word", .text,
            { text throws(ValueError) in
                try RuleText.check(text)
                guard !text.contains(" ") else { throw ValueError("has blanks; an argument here is one word") }
                return Wildcard(text)
            },
            show: { .text($0.text) })
    }
}

extension ValueKind<CommandPattern> {
    /// A text, or a map with `name`.
    static func commandPattern(allows: Bool) -> ValueKind {
        let text = ValueKind<CommandPattern>.parsed(
            "command", .text, CommandPattern.parse, show: \.shown)
        let section = PolicyKeys.command
        return ValueKind(
            name: "command", schema: .either([.text, .keys(section.descriptions)]),
            decode: { node, path, reader in
                guard node.mapping != nil else { return text.decode(node, path, &reader) }
                guard let draft = section.kind.decode(node, path, &reader) else { return nil }
                guard !draft.name.isEmpty else {
                    reader.report(node.position, path, "has no `name`, the program that it is about")
                    return nil
                }
                guard allows || draft.denyArgs.isEmpty else {
                    reader.report(
                        node.position, path, "has `deny_args`, which belongs to `commands.allow`; here, write `args`")
                    return nil
                }
                do throws(ValueError) {
                    return CommandPattern(
                        text: shown(draft), program: try CommandPattern.program(draft.name),
                        arguments: draft.args == nil && draft.denyArgs.isEmpty
                            ? .any : .each(allowed: draft.args.map { $0.map(\.value) }, denied: draft.denyArgs))
                } catch {
                    reader.report(node.position, "\(path).name", "`\(draft.name)` \(error.message)")
                    return nil
                }
            },
            show: \.shown)
    }

    private static func shown(_ draft: CommandDraft) -> String {
        var text = "{ name: \(draft.name)"
        if let args = draft.args { text += ", args: [\(args.map(\.value.text).joined(separator: ", "))]" }
        if !draft.denyArgs.isEmpty {
            text += ", deny_args: [\(draft.denyArgs.map(\.value.text).joined(separator: ", "))]"
        }
        return text + " }"
    }
}

extension CommandPattern {
    /// As a policy file would have it.
    package var shown: Shown {
        guard case .each(let allowed, let denied) = arguments else { return .text(text) }
        var members = [Shown.Member(name: "name", value: .text(programText))]
        if let allowed {
            members.append(Shown.Member(name: "args", value: .list(allowed.map { .text($0.text) })))
        }
        if !denied.isEmpty {
            members.append(Shown.Member(name: "deny_args", value: .list(denied.map { .text($0.value.text) })))
        }
        return .map(members)
    }
}
