import JSON
import JailTools
import LinuxSystem
import TestSupport
import Testing

@Suite struct ListTests {
    private func list(_ space: Workspace, _ name: String = "", ignore: [JSONValue] = []) -> ToolReply {
        space.run("LS", ["path": .string(space.at(name)), "ignore": .array(ignore)])
    }

    @Test func `A folder is shown as a tree`() throws {
        let space = try Workspace()
        try File.makeFolder(space.at("b"))
        try File.makeFolder(space.at("b/inner"))
        try File.makeFolder(space.at(".git"))
        try space.put(".git/HEAD", "")
        try space.put("b/inner/x.swift", "")
        try space.put("b/c", "")
        try space.put("a", "")
        try File.makeLink(space.at("circle"), to: ".")
        try File.makeFIFO(space.at("pipe"))
        #expect(
            list(space).text == """
                - \(space.path)/
                  - .git/
                  - a
                  - b/
                    - c
                    - inner/
                      - x.swift
                  - circle -> .
                  - pipe (FIFO)
                """)
        #expect(space.last.structured["numEntries"]?.int == 8)
        #expect(list(space, ".git").text == "- \(space.at(".git"))/\n  - HEAD")
        #expect(list(space, ignore: ["inner", ".*", "p?pe", "circle/"]).text.split(separator: "\n").count == 4)
        #expect(list(space, "a").code == .notADirectory)
        #expect(list(space, "bb").code == .notFound)
    }

    @Test func `A name that is no text is shown all the same`() async throws {
        let space = try Workspace()
        let child = try ChildProcess(
            ProgramLaunch(
                path: "/bin/sh",
                arguments: [
                    "-c", #"cd "$1" && printf x > "$(printf 'a\377b')" && printf x > "$(printf 'c\nd')""#, "sh",
                    space.path,
                ],
                environment: [:]), descriptors: [])
        #expect(try child.wait() == 0)
        #expect(list(space).text == "- \(space.path)/\n  - a\\xffb\n  - c\\x0ad")
    }

    @Test func `More than somebody wants to read is cut, and said so`() throws {
        let space = try Workspace()
        try File.makeFolder(space.at("many"))
        for number in 0..<3000 { try space.put("many/file-with-a-name-\(number)", "") }
        try space.put("z", "")
        let text = list(space).text
        #expect(text.hasPrefix("There are more than 40000 characters in the repository (ie. either there are lots"))
        #expect(text.unicodeScalars.count < 40_500)
        // The neighbours of a large folder are not lost behind it.
        #expect(text.contains("\n  - many/\n"))
        #expect(space.last.structured["truncated"]?.bool == true)
    }

    @Test(arguments: [
        ("*.swift", "a/b.swift", true), ("*.swift", "a/b.swiftx", false), ("node_modules", "x/node_modules", true),
        ("a/*", "a/b", true), ("a/*", "a/b/c", false), ("a/**", "a/b/c", true), ("**/c", "a/b/c", true),
        ("**/c", "c", true), ("/c", "c", true), ("/c", "a/c", false), ("a?c", "abc", true), ("a?c", "aéc", true),
        ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[]]", "]", true), ("[", "[", true),
        ("{a,b{c,d}}", "bd", true),
        ("{a,b}", "c", false), (#"\*"#, "*", true), (#"\*"#, "a", false), ("dist/", "dist", true),
        ("*", ".hidden", true),
        ("a**b", "axxb", true), ("", "a", false),
    ])
    func `Patterns are those of a shell`(_ pattern: String, _ path: String, _ matches: Bool) {
        #expect(GlobPattern(pattern).matches(path: Array(path.utf8)) == matches)
    }

    @Test(.timeLimit(.minutes(1))) func `A pattern made to be slow is not`() {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 200)
        #expect(!GlobPattern(String(repeating: "*a", count: 100) + "b").matches(path: text))
        #expect(!GlobPattern(String(repeating: "{a,b}", count: 40)).matches(path: text))
    }
}
