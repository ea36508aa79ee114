import Testing
import ToolRuntime

@Suite struct GlobPatternTests {
    @Test(
        arguments: [
            ("*.swift", "a.swift", true), ("*.swift", "x/y/a.swift", true), ("*.swift", "a.swift.bak", false),
            ("src/*.c", "src/a.c", true), ("src/*.c", "src/x/a.c", false), ("src/*.c", "y/src/a.c", false),
            ("src/**/*.c", "src/a.c", true), ("src/**/*.c", "src/x/y/a.c", true), ("**/a", "a", true),
            ("**", "x/y", true), ("x/**", "x/y/z", true), ("x/**", "x", false), ("**/x/**", "a/x/b/c", true),
            ("a?c", "abc", true), ("a?c", "aéc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false), ("[]]x", "]x", true), ("[", "[", true), ("{a,b}.{c,d}", "b.d", true),
            ("{a,{b,c}}x", "cx", true), ("{a", "{a", true), ("a\\*", "a*", true), ("a\\*", "ab", false),
            ("./a/*", "a/b", true), ("a**b", "axxb", true), ("*a*b*c*", "xxaxxbxxcxx", true),
            ("*a*b*c*", "xxaxxcxx", false),
            ("{a,**/b}", "x/b", true), ("{a,**/b}", "x/a", false), ("{a,**/b}", "a", true), ("**/a*", "x/y/ab", true),
            ("**/a*", "a/b", false), ("**/*", "x/y", true), ("{src,**}/a.c", "x/a.c", true), ("", "a", false),
            ("*", "", false),
        ])
    func matches(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(GlobPattern(pattern).matches(Array(path.utf8)) == expected)
    }

    @Test func `Names that are no text can be matched`() {
        #expect(GlobPattern("*.txt").matches([0xFF, 0xFE] + Array(".txt".utf8)))
    }

    @Test func `Hidden names are meant only where a pattern says one`() {
        #expect(GlobPattern(".github/**").namesHidden && GlobPattern("**/.env").namesHidden)
        #expect(GlobPattern("{a,.b}/c").namesHidden)
        #expect(!GlobPattern("**/*.swift").namesHidden && !GlobPattern("./a").namesHidden)
    }

    /// Patterns that send simple matchers into exponential time.
    @Test(.timeLimit(.minutes(1))) func `No pattern takes long`() {
        let stars = GlobPattern(String(repeating: "*a", count: 60))
        #expect(!stars.matches(Array(String(repeating: "a", count: 59).utf8)))
        let folders = GlobPattern(String(repeating: "**/a/", count: 30) + "b")
        #expect(!folders.matches(Array(String(repeating: "a/", count: 200).utf8)))
        _ = GlobPattern(String(repeating: "{a,b}", count: 1000))
    }
}
