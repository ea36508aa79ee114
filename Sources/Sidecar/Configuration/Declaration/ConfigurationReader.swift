internal import YAML

/// What reading a configuration carries along: where the text comes from, what is known of the environment, and what
/// has been found so far. Everything that is wrong is collected, so that one look mends the whole file.
struct ConfigurationReader {
    /// Who wrote the value that is being read.
    enum Source: Equatable {
        case file
        case flag(String)
    }

    /// The files that are read with this. In a script `${…}` stands for parts of a request, not for the environment.
    enum Dialect: Equatable {
        case configuration
        case script
    }

    let file: String
    let environment: [String: String]
    let dialect: Dialect
    var source = Source.file
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var origins: [String: ConfigurationOrigin] = [:]

    init(file: String, environment: [String: String], dialect: Dialect = .configuration) {
        self.file = file
        self.environment = environment
        self.dialect = dialect
    }

    /// Remembers that a key was written, for `config show` and for checks that come later.
    mutating func note(_ path: String, _ position: YAMLPosition) {
        switch source {
        case .file: origins[path] = .file(position)
        case .flag(let name): origins[path] = .flag(name)
        }
    }

    mutating func report(_ position: YAMLPosition, _ path: String, _ message: String) {
        let place: ConfigurationProblem.Place =
            switch source {
            case .file: .file(file, position)
            case .flag(let name): .flag(name)
            }
        add(ConfigurationProblem(place: place, key: path, message: message))
    }

    private mutating func add(_ problem: ConfigurationProblem) {
        if !isFull { problems.append(problem) }
    }

    /// Nobody mends more at once, and a file that is something else altogether need not be judged to its end.
    private static let problemsMax = 100
    private var isFull: Bool { problems.count >= Self.problemsMax }

    /// For checks across keys: placed where the key was written, or else at the file as a whole.
    mutating func report(key path: String, _ message: String) {
        let place: ConfigurationProblem.Place =
            switch origins[path] {
            case .file(let position): .file(file, position)
            case .flag(let name): .flag(name)
            case .defaultValue, nil: .file(file, .start)
            }
        add(ConfigurationProblem(place: place, key: path, message: message))
    }

    mutating func reportUnknownKey(_ entry: YAMLEntry, _ path: String, known: [String]) {
        // The search for a hint is not free.
        if isFull { return }
        var hint = NearestName.hint(for: entry.key, among: known)
        if hint.isEmpty, dialect == .configuration, let elsewhere = ConfigurationKeys.paths(endingIn: entry.key).first {
            hint = "; it belongs where `\(elsewhere)` says"
        }
        if hint.isEmpty, known.count <= Self.knownKeysShownMax {
            hint = "; known here: \(known.joined(separator: ", "))"
        }
        report(entry.keyPosition, path, "unknown key\(hint)")
    }

    /// A longer list hides the message.
    private static let knownKeysShownMax = 8

    /// The text of a scalar with its variables expanded; nil after a problem was reported.
    mutating func text(_ node: YAMLNode, _ path: String) -> String? {
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
            let text =
                dialect == .script ? scalar.text : try VariableExpansion.expand(scalar.text, environment)
            guard !text.utf8.contains(0) else { throw ValueError("holds a NUL character") }
            return text
        } catch {
            report(node.position, path, error.message)
            return nil
        }
    }

    /// The text as the file has it, never what a variable expanded to: messages end up in logs and tickets.
    func quote(_ node: YAMLNode) -> String {
        let text = (node.scalar?.text ?? "").map { $0.isNewline ? " " : $0 }
        return "`\(String(text.prefix(Self.quotedCharactersMax)))\(text.count > Self.quotedCharactersMax ? "…" : "")`"
    }

    private static let quotedCharactersMax = 60

    /// Says when an empty text came out of a variable, which the file does not show.
    func originOfText(_ node: YAMLNode) -> String {
        node.scalar.map {
            $0.text.isEmpty ? "" : " once \($0.text.hasPrefix("${") ? "its variable is" : "variables are") expanded"
        } ?? ""
    }

    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), source == .file, let cut = file.lastIndex(of: "/") else { return path }
        return String(file[...cut]) + path
    }
}
