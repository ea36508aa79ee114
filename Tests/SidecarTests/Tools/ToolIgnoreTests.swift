import JSON
import LinuxSystem
import TestSupport
import Testing

/// git and ripgrep themselves judge which files Glob and Grep find, in trees with rules made at random.
@Suite(
    .enabled(
        if: ToolGround.canJail && ToolGround.hasRipgrep && File.isExecutable("/usr/bin/git"),
        "no jail can be made here, or there is no git or ripgrep"), .timeLimit(.minutes(3)))
struct ToolIgnoreTests {
    private static let rules = [
        "a", "*.x", "/b", "c/", "!a.x", "**/d", "b/**", "a/*", "!a/b.x", "[ab].y", "?.x", "c/**/a", "# a", "\\!a.x",
        "a  ",
        "!c", "/a/b", "*.[xy]", "!*.y", "d/*.x", "a.x ", "/*/b", "**", "!*/", "!b.*", "",
    ]
    private static let names = ["a", "b", "c", "d"]

    private func fill(_ ground: ToolGround, _ tree: String, _ random: inout SeededGenerator) throws {
        func rules() -> String {
            (0..<Int.random(in: 1...5, using: &random)).map { _ in Self.rules.randomElement(using: &random)! + "\n" }
                .joined()
        }
        for _ in 0..<60 {
            let depth = Int.random(in: 0...3, using: &random)
            let folders = (0..<depth).map { _ in Self.names.randomElement(using: &random)! }
            // A folder is called by a name alone, so that no file is in its place.
            let name = Self.names.randomElement(using: &random)! + [".x", ".y"].randomElement(using: &random)!
            try ground.write(([tree] + folders + [name]).joined(separator: "/"), "found\n")
        }
        try ground.write("\(tree)/.gitignore", rules())
        try ground.write("\(tree)/.git/info/exclude", rules())
        for name in Self.names where File.exists("\(ground.workspace)/\(tree)/\(name)") {
            if Bool.random(using: &random) { try ground.write("\(tree)/\(name)/.gitignore", rules()) }
        }
    }

    private func lines(_ ground: ToolGround, _ folder: String, _ words: String...) throws -> [String] {
        let out = "\(ground.folder)/judged"
        let file = try Descriptor.open(out, [.writeOnly, .create, .truncate])
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        let launch = ProgramLaunch(
            path: words[0], arguments: Array(words.dropFirst()),
            environment: ["HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"], directory: folder)
        _ = try ChildProcess(launch, descriptors: [nothing.raw, file.raw, nothing.raw]).wait()
        return try File.readText(out).split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix(".") && !$0.contains("/.")
        }
        .sorted()
    }

    @Test func `The same files as git and ripgrep`() async throws {
        try await ToolGround.with { ground in
            var random = SeededGenerator(seed: 11)
            try await ground.serving { server in
                var all = 0
                for number in 0..<10 {
                    let tree = "tree\(number)"
                    let folder = "\(ground.workspace)/\(tree)"
                    try File.makeFolder(folder)
                    _ = try lines(ground, folder, "/usr/bin/git", "init", "-q")
                    try fill(ground, tree, &random)
                    let byGit = try lines(ground, folder, "/usr/bin/git", "ls-files", "-o", "--exclude-standard")
                    let byRipgrep = try lines(ground, folder, "/usr/bin/rg", "--files", "--no-config")
                    func found(_ tool: String, _ input: JSONValue) throws -> [String] {
                        var input = input
                        input["path"] = .string(folder)
                        let result = try server.tool(tool, input)
                        return (result["structured"]?["filenames"]?.array ?? []).compactMap { $0.string }
                            .map { String($0.dropFirst(folder.count + 1)) }.sorted()
                    }
                    let rules = Comment(rawValue: try File.readText("\(folder)/.gitignore"))
                    let globbed = try found("Glob", ["pattern": "**/*"])
                    #expect(globbed == byRipgrep, rules)
                    #expect(globbed == byGit, rules)
                    #expect(try found("Grep", ["pattern": "found"]) == byGit, rules)
                    all += byGit.count
                }
                #expect(all > 50)
            }
        }
    }
}
