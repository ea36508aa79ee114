extension ShellAnalyzer {
    /// What another process does to its folder is nothing to this one.
    mutating func apart<Result>(
        _ body: (inout ShellAnalyzer) throws(ShellSyntaxError) -> Result
    ) throws(ShellSyntaxError) -> Result {
        let before = folder
        defer { folder = before }
        return try body(&self)
    }

    /// `cd`, `pushd`, `popd`.
    mutating func move(_ name: String, _ call: Invocation) {
        moves += 1
        let options: Set<String> = ["-L", "-P", "-e", "-@", "--"]
        let words = call.words.dropFirst().drop { $0.known.map(options.contains) ?? false }
        guard name != "popd", words.count <= 1 else {
            folder = .unknown
            return
        }
        let path = words.first.map(\.known) ?? (name == "cd" ? home : nil)
        guard let path, !path.isEmpty, !path.hasPrefix("-"), !path.hasPrefix("+") else {
            folder = .unknown
            return
        }
        folder = folder.going(path)
    }

    /// The body of a function runs wherever it is called, and what it does to the folder is done there.
    mutating func inFunction<Result>(
        _ body: (inout ShellAnalyzer) throws(ShellSyntaxError) -> Result
    ) throws(ShellSyntaxError) -> Result {
        let before = moves
        let result = try apart { analyzer throws(ShellSyntaxError) in
            analyzer.folder = .unknown
            return try body(&analyzer)
        }
        if moves != before { functionsMove = true }
        return result
    }

    /// A loop that ends somewhere else begins there the second time.
    mutating func loop(
        _ found: inout [ShellRun], _ body: (inout ShellAnalyzer, inout [ShellRun]) throws(ShellSyntaxError) -> Void
    ) throws(ShellSyntaxError) {
        let (before, start) = (folder, found.count)
        try body(&self, &found)
        if folder == before { return }
        folder = .unknown
        for index in start..<found.count { found[index].loseFolder() }
    }

    /// Wrappers that start their program where they are, and with the home folder that they have.
    private static let plainWrappers: Set<String> = [
        "nice", "nohup", "timeout", "setsid", "stdbuf", "ionice", "chrt", "taskset", "time", "xargs", "flock", "exec",
        "bash", "sh", "dash", "rbash", "env", "find",
    ]

    /// For what a call starts as another process.
    mutating func inProcess<Result>(
        of call: Invocation, _ body: (inout ShellAnalyzer) throws(ShellSyntaxError) -> Result
    ) throws(ShellSyntaxError) -> Result {
        let known = home
        defer { home = known }
        let words = call.words.map(\.known)
        let name = words.first.flatMap { $0 }?.split(separator: "/").last.map(String.init) ?? ""
        var isPlain = Self.plainWrappers.contains(name)
        if name == "env" { isPlain = words.dropFirst().first.flatMap { $0 }?.hasPrefix("-") == false }
        if name == "find" { isPlain = !words.contains("-execdir") && !words.contains("-okdir") }
        return try apart { analyzer throws(ShellSyntaxError) in
            if !isPlain { (analyzer.folder, analyzer.home) = (.unknown, nil) }
            return try body(&analyzer)
        }
    }
}

extension ShellRun {
    fileprivate mutating func loseFolder() {
        folder = .unknown
        for index in children.indices { children[index].loseFolder() }
    }
}
