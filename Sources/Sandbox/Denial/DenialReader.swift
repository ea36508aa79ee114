package import Confinement

/// What the messages of programs say of a jail that they do not know: "Permission denied" becomes the rule that would have
/// had to allow it. A message is only a hint: what the policy grants is no denial, whatever a program prints.
package struct DenialReader<Host: PlanHost>: Sendable {
    let rules: RuleSet
    let variables: PolicyVariables
    private let host: Host
    private let shown: ShownHost<Host>
    private let judge: PathJudge<ShownHost<Host>>
    private let programs: ProgramJudge<ShownHost<Host>>
    /// Where relative paths start.
    private let folder: NormalPath
    /// Names of programs of which the jail itself has said more.
    private let known: Set<String>
    /// The jail has named system calls that it refused.
    private let hasNamedCalls: Bool

    private let effort = Effort(Self.wordsMax)

    private static var linesMax: Int { 400 }
    private static var denialsMax: Int { 8 }
    /// A message and the paths in it; of a longer line its end is read, where the reason is.
    private static var lineBytesMax: Int { 2048 }
    /// Of which the host is asked anything. Whoever writes messages for our sake can write thousands; a person reads eight.
    private static var wordsMax: Int { 300 }

    /// `refused` and `calls` are what the run's outcome names; what programs say of it is said already.
    package init(
        _ policy: Policy, tool: String, variables: PolicyVariables, host: Host, folder: NormalPath,
        refused: [RefusedProgram] = [], calls: [RefusedCall] = []
    ) {
        hasNamedCalls = !calls.isEmpty
        known = Set(refused.compactMap { NormalPath($0.program)?.name })
        rules = policy.rules(for: tool)
        self.variables = variables
        self.host = host
        shown = ShownHost(host, rules: rules.filesystem, variables: variables)
        judge = PathJudge(rules: rules.filesystem, variables: variables, host: shown, places: shown.places)
        programs = ProgramJudge(rules: rules, variables: variables, host: shown, places: shown.places)
        self.folder = folder
    }

    /// From what a run wrote to standard error, each denial once, in the order in which they show.
    package func denials(in text: String) -> [RunDenial] {
        var found: [RunDenial] = []
        for line in text.split(whereSeparator: \.isNewline).suffix(Self.linesMax) {
            guard let denial = denial(in: line), !found.contains(denial) else { continue }
            found.append(denial)
            if found.count == Self.denialsMax { break }
        }
        return found
    }

    private func denial(in whole: Substring) -> RunDenial? {
        let end = whole.utf8.suffix(Self.lineBytesMax)
        let line = end.count == whole.utf8.count ? whole : String(decoding: end, as: UTF8.self)[...]
        let lower = line.lowercasedASCII
        for (phrase, judge) in Self.phrases {
            guard let cut = lower.range(ofASCII: phrase) else { continue }
            let start = line.index(line.startIndex, offsetBy: cut)
            // Most say what it was about first; Python and Node behind it, in quotes.
            let behind = line[line.index(start, offsetBy: phrase.utf8.count)...]
            if let denial = judge(self)(line[..<start]) ?? judge(self)(behind) { return denial }
        }
        return nil
    }

    /// How the C library, shells and languages put it, in lower case, and what may be meant.
    private static var phrases: [(String, (Self) -> (Substring) -> RunDenial?)] {
        [
            (": command not found", { $0.program }), (": not found", { $0.program }),
            (": required file not found", { $0.interpreter }),
            ("permission denied", { $0.access }), ("read-only file system", { $0.writing }),
            // What stands for a file that must not come to be is a folder.
            ("is a directory", { $0.writing }),
            ("device or resource busy", { $0.mount }), (" ebusy", { $0.mount }),
            ("no such file or directory", { $0.missing }), ("operation not permitted", { $0.access }),
            (" enoent", { $0.missing }), (" eacces", { $0.access }), (" erofs", { $0.writing }),
            ("cannot open shared object file", { $0.missing }),
            ("network is unreachable", { $0.network }), ("could not resolve host", { $0.network }),
            // curl, Node and Python, whose reason alone says nothing of a network.
            ("failed to connect to ", { $0.network }), ("error: connect e", { $0.network }),
            ("error: getaddrinfo e", { $0.network }), ("sock.connect(", { $0.network }),
            ("address family not supported by protocol", { $0.family }),
            ("temporary failure in name resolution", { $0.network }), ("name or service not known", { $0.network }),
        ]
    }

    // MARK: What is meant

    private func program(_ subject: Substring) -> RunDenial? {
        guard let name = words(subject).first, !name.isEmpty else { return nil }
        return program(named: name)
    }

    private func program(named name: String) -> RunDenial? {
        // What is not on this host is missing and not denied.
        let isHere =
            name.contains("/") ? path(name).map { kind($0) == .file } ?? false : shown.program(named: name) != nil
        guard isHere else { return nil }
        let decision = programs.decide(CommandCall([name]), in: folder)
        return decision.outcome == .deny ? RunDenial(.exec, decision) : nil
    }

    /// A script whose interpreter is not in the jail: it is the interpreter that would have to be granted.
    private func interpreter(_ subject: Substring) -> RunDenial? {
        for word in words(subject) {
            // bash: `build/x: cannot execute: required file not found`
            let name =
                word == "cannot execute" ? subject.dropLast(": cannot execute".count).split(separator: " ").last : nil
            guard let path = path(name.map(String.init) ?? word).flatMap({ shown.shown($0) }),
                let start = host.bytes(of: path, from: 0, count: 256), start.starts(with: Array("#!".utf8))
            else { continue }
            let line = String(decoding: start.dropFirst(2).prefix { $0 != 10 }, as: UTF8.self)
            return line.split(separator: " ").first.flatMap { program(named: String($0)) }
        }
        return nil
    }

    private func isKnown(_ name: String) -> Bool {
        let real = (name.contains("/") ? path(name) : shown.program(named: name)).flatMap { shown.resolve($0) }
        return real.map { known.contains($0.name) } ?? false
    }

    private func access(_ subject: Substring) -> RunDenial? {
        for word in words(subject) where !isKnown(word) {
            guard let path = path(word) else { continue }
            if !word.contains("/"), kind(path) == nil, let denial = program(named: word) { return denial }
            if isProgram(path), let denial = program(named: path.text) { return denial }
            let wanted: [PathAccess] = word == copied(subject) ? [.read] : [.read, .write]
            for access in wanted {
                if let denial = denial(of: path, access) { return denial }
            }
        }
        return nil
    }

    private func writing(_ subject: Substring) -> RunDenial? {
        let read = copied(subject)
        return words(subject).lazy.filter { $0 != read }.compactMap { path($0).flatMap { denial(of: $0, .write) } }
            .first
    }

    /// Not in the view, and perhaps there on the host.
    private func missing(_ subject: Substring) -> RunDenial? {
        for word in words(subject) where !isKnown(word) {
            if !word.contains("/"), let denial = program(named: word) { return denial }
            guard let path = path(word) else { continue }
            guard kind(path) != nil else { continue }
            if isProgram(path), let denial = program(named: path.text) { return denial }
            // The shell itself opens only what it redirects, mostly to be made: then it is the folder that has to be granted.
            if !isShown(path), isShells(subject), let denial = denial(of: path.parent, .write) { return denial }
            if let denial = denial(of: path, .read) { return denial }
        }
        return nil
    }

    /// `bash: line 1: /some/file: …`
    private func isShells(_ subject: Substring) -> Bool {
        let parts = subject.split(separator: ": ")
        return parts.count == 3 && parts[1].hasPrefix("line ")
    }

    private func network(_ subject: Substring) -> RunDenial? {
        guard rules.network.allow.isEmpty else { return nil }
        return RunDenial(
            .network, rule: "network.allow", detail: "there is no network: `network.allow` is empty",
            suggestion: "network:\n  allow: [\"host:443\"]")
    }

    /// Most of the time a socket by path, which the jail refuses to everybody who asks without a word.
    private func family(_ subject: Substring) -> RunDenial? {
        if hasNamedCalls { return nil }
        return RunDenial(
            .syscall, rule: "syscalls.profile", detail: "this kind of socket is refused by the profile of `syscalls`",
            suggestion: "syscalls:\n  allow: [socket]")
    }

    func denial(of path: NormalPath, _ access: PathAccess) -> RunDenial? {
        var decision = judge.decide(path.text, access, key: "path")
        if decision.outcome == .allow, access == .write { decision = barrier(path) ?? decision }
        // A message is too little to open the system's own files for.
        if access == .write, path.isOfSystem { decision.addition = nil }
        return decision.outcome == .deny ? RunDenial(.filesystem, decision) : nil
    }

    /// What may not come to be bars the way to all that was to come to be beneath it: `.git`, where `.git/config` is denied.
    private func barrier(_ path: NormalPath) -> Decision? {
        var folder = path.parent
        while folder != .root, shown.kind(folder) == nil || (isShown(folder) && host.isStandIn(folder)) {
            var decision = judge.decide(folder.text, .write, key: "path")
            if decision.outcome == .deny, decision.place != nil {
                decision.reason = "\(path) cannot come to be: \(decision.reason)"
                return decision
            }
            folder = folder.parent
        }
        return nil
    }

    // MARK: What may be looked at

    private func isShown(_ path: NormalPath) -> Bool { shown.shown(path) != nil }

    /// Of what is hidden the same for everything.
    private func kind(_ path: NormalPath) -> HostFileKind? { isShown(path) ? shown.kind(path) : .file }

    private func isProgram(_ path: NormalPath) -> Bool {
        shown.kind(path) == .file && shown.isExecutable(path)
    }

    // MARK: Words

    func path(_ word: String) -> NormalPath? {
        word.hasPrefix("/") ? NormalPath(word) : NormalPath("\(folder)/\(word)")
    }

    private static var quotes: Set<Character> { ["'", "\"", "`", "‘", "’", "“", "”"] }

    /// `cannot copy 'A' to 'B'`: B is what was to be made, and A only what was to be read.
    private func copied(_ subject: Substring) -> String? {
        let parts = subject.split(omittingEmptySubsequences: false) { Self.quotes.contains($0) }
        return parts.count >= 5 && parts[0].hasSuffix("copy ") && parts[2] == " to " ? String(parts[1]) : nil
    }

    /// The last part of a message that ends there, and what is quoted in it: `bash: line 1: perl`, `ls: cannot open 'x'`.
    func words(_ subject: Substring) -> [String] {
        let quotes = Self.quotes
        var quoted: [String] = []
        var open: Substring.Index?
        for place in subject.indices where quotes.contains(subject[place]) {
            if let start = open {
                if start < place { quoted.append(String(subject[start..<place])) }
                open = nil
            } else {
                open = subject.index(after: place)
            }
        }
        let last = subject.split(separator: ": ").last.map { $0.drop { $0 == " " } } ?? subject
        let words = quoted + [String(last)] + last.split(separator: " ").suffix(1).map(String.init)
        return words.filter { !$0.isEmpty && !$0.contains { quotes.contains($0) } && effort.takes() }
    }
}

extension Substring {
    fileprivate var lowercasedASCII: [UInt8] { utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 } }

    /// By its place in UTF-8.
    fileprivate func index(_ start: Index, offsetBy count: Int) -> Index { utf8.index(start, offsetBy: count) }
}

extension [UInt8] {
    /// Where the last occurrence of a text begins.
    fileprivate func range(ofASCII text: String) -> Int? {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return nil }
        return stride(from: count - wanted.count, through: 0, by: -1).first { self[$0...].starts(with: wanted) }
    }
}
