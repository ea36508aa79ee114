/// What reading a file of settings carries along: where the text comes from, how its variables are replaced, and what
/// has been found so far. Everything that is wrong is collected, so that one look mends the whole file.
package struct SettingsReader {
    /// Who wrote the value that is being read.
    package enum Source: Equatable {
        case file
        case flag(String)
    }

    /// What differs between kinds of files.
    package struct Dialect {
        /// Replaces variables in a text; throws what is wrong with them.
        let expand: (String) throws(ValueError) -> String
        /// Where a key that is unknown here would belong, if anywhere: `; it belongs where …`.
        let hint: (String) -> String

        package init(
            expand: @escaping (String) throws(ValueError) -> String = { text throws(ValueError) in text },
            hint: @escaping (String) -> String = { _ in "" }
        ) {
            self.expand = expand
            self.hint = hint
        }
    }

    package let file: String
    private let dialect: Dialect
    package var source = Source.file
    package private(set) var problems: [SettingsProblem] = []
    package private(set) var origins: [String: SettingsOrigin] = [:]

    package init(file: String, dialect: Dialect = Dialect()) {
        self.file = file
        self.dialect = dialect
    }

    /// Remembers that a key was written, for `config show` and for checks that come later.
    package mutating func note(_ path: String, _ position: YAMLPosition) {
        switch source {
        case .file: origins[path] = .file(position)
        case .flag(let name): origins[path] = .flag(name)
        }
    }

    package mutating func report(_ position: YAMLPosition, _ path: String, _ message: String) {
        let place: SettingsProblem.Place =
            switch source {
            case .file: .file(file, position)
            case .flag(let name): .flag(name)
            }
        add(SettingsProblem(place: place, key: path, message: message))
    }

    private mutating func add(_ problem: SettingsProblem) {
        if !isFull { problems.append(problem) }
    }

    /// Nobody mends more at once, and a file that is something else altogether need not be judged to its end.
    private static let problemsMax = 100
    private var isFull: Bool { problems.count >= Self.problemsMax }

    /// For checks across keys: placed where the key was written, or else at the file as a whole.
    package mutating func report(key path: String, _ message: String) {
        let place: SettingsProblem.Place =
            switch origins[path] {
            case .file(let position): .file(file, position)
            case .flag(let name): .flag(name)
            case .defaultValue, nil: .file(file, .start)
            }
        add(SettingsProblem(place: place, key: path, message: message))
    }

    package mutating func reportUnknownKey(_ entry: YAMLEntry, _ path: String, known: [String]) {
        // The search for a hint is not free.
        if isFull { return }
        var hint = NearestName.hint(for: entry.key, among: known)
        if hint.isEmpty { hint = dialect.hint(entry.key) }
        if hint.isEmpty, known.count <= Self.knownKeysShownMax {
            hint = "; known here: \(known.joined(separator: ", "))"
        }
        report(entry.keyPosition, path, "unknown key\(hint)")
    }

    /// A longer list hides the message.
    private static let knownKeysShownMax = 8

    /// The text of a scalar with its variables expanded; nil after a problem was reported.
    package mutating func text(_ node: YAMLNode, _ path: String) -> String? {
        guard let scalar = node.scalar, !node.isNull else {
            report(node.position, path, "takes a single value; this is \(node.kindName)")
            return nil
        }
        guard node.tag == nil else {
            report(node.position, path, "takes a plain value, without a tag")
            return nil
        }
        // A shell has expanded what comes by a flag; a second round would surprise.
        guard source == .file else { return scalar.text }
        do throws(ValueError) {
            let text = try dialect.expand(scalar.text)
            guard !text.utf8.contains(0) else { throw ValueError("holds a NUL character") }
            return text
        } catch {
            report(node.position, path, error.message)
            return nil
        }
    }

    /// The text as the file has it, never what a variable expanded to: messages end up in logs and tickets.
    package func quote(_ node: YAMLNode) -> String {
        let text = (node.scalar?.text ?? "").map { $0.isNewline ? " " : $0 }
        return "`\(String(text.prefix(Self.quotedCharactersMax)))\(text.count > Self.quotedCharactersMax ? "…" : "")`"
    }

    private static let quotedCharactersMax = 60

    /// Says when an empty text came out of a variable, which the file does not show.
    package func originOfText(_ node: YAMLNode) -> String {
        node.scalar.map {
            $0.text.isEmpty ? "" : " once \($0.text.hasPrefix("${") ? "its variable is" : "variables are") expanded"
        } ?? ""
    }

    package func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), source == .file, let cut = file.lastIndex(of: "/") else { return path }
        return String(file[...cut]) + path
    }
}
