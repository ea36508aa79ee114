internal import JSON
internal import YAML

/// `config show`: every value in force, and who decided it. Secrets are `…`.
struct ConfigurationReport {
    struct Line: Equatable {
        let key: String
        let value: Shown
        let origin: ConfigurationOrigin
    }

    let file: String?
    let lines: [Line]

    init(_ loaded: LoadedConfiguration) {
        file = loaded.file
        var draft = loaded.draft
        // Left out in the file, it follows from the providers: show what it came to.
        if draft.routes.defaultRoute == nil {
            draft.routes.defaultRoute = loaded.configuration.routes.default.map { .init(.init($0.description)) }
        }
        lines = Self.flatten(ConfigurationKeys.root.show(draft), "", loaded.origins)
    }

    private static func flatten(_ shown: Shown, _ key: String, _ origins: [String: ConfigurationOrigin]) -> [Line] {
        if case .map(let members) = shown, !members.isEmpty {
            return members.flatMap { flatten($0.value, key.isEmpty ? $0.name : "\(key).\($0.name)", origins) }
        }
        return [Line(key: key, value: shown, origin: origins[key] ?? .defaultValue)]
    }

    private func describe(_ origin: ConfigurationOrigin) -> String {
        switch origin {
        case .defaultValue: "default"
        case .file(let position): "\(file ?? ""):\(position)"
        case .flag(let name): name
        }
    }

    /// One key a line: easy to read, and to grep.
    func text() -> String {
        let values = lines.map { $0.value == .nothing ? "(none)" : FlowText.text($0.value) }
        let keyWidth = lines.map { $0.key.count + 1 }.max() ?? 0
        let valueWidth = min(Self.valueWidthMax, values.map(\.count).max() ?? 0)
        return zip(lines, values).map { line, value in
            pad("\(line.key):", keyWidth) + " " + pad(value, valueWidth) + "  # " + describe(line.origin) + "\n"
        }.joined()
    }

    /// Beyond it a long value only pushes its own remark aside.
    private static let valueWidthMax = 40

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    func json() -> JSONValue {
        [
            "file": file.map { .string($0) } ?? .null,
            "values": .array(
                lines.map { line in
                    var entry: JSONValue = [
                        "key": .string(line.key), "value": SettingsSchema.json(line.value) ?? .null,
                    ]
                    switch line.origin {
                    case .defaultValue: entry["from"] = "default"
                    case .flag(let name):
                        entry["from"] = "flag"
                        entry["flag"] = .string(name)
                    case .file(let position):
                        entry["from"] = "file"
                        entry["line"] = .int(position.line)
                        entry["column"] = .int(position.column)
                    }
                    return entry
                }),
        ]
    }
}
