import Testing
import ToolRuntime

@Suite struct BashScriptTests {
    @Test(
        arguments: [
            ("grep x f", 1, true), ("grep x f", 2, false), ("/usr/bin/grep x f", 1, true), ("make; rg x", 1, true),
            ("cat f | grep x", 1, true), ("grep x f | sort", 1, false), ("grep x f && make", 1, false),
            ("diff a b", 1, true), ("git diff --exit-code", 1, true), ("git grep x", 1, true), ("git commit", 1, false),
            ("[ -e x ]", 1, true), ("test -e x", 1, true), ("LC_ALL=C grep x f", 1, true), ("! grep x f", 1, true),
            ("echo 'a; grep x'", 1, false), ("echo \"a | grep x\"", 1, false), ("grep 'a;b' f\n", 1, true),
            ("make\ngrep x f", 1, true), ("(cd a; grep x f)", 1, true), ("egrep x f;", 1, true), ("", 1, false),
            ("python3 grep", 1, false),
        ] as [(String, Int32, Bool)])
    func `1 is an answer of some programs`(_ command: String, _ code: Int32, _ isAnswer: Bool) {
        #expect((BashScript.meaning(code, of: command) != nil) == isAnswer)
    }

    @Test func `Where a shell ended is one absolute path or nothing`() {
        #expect(BashScript.folder(Array("/w/src\n".utf8)) == "/w/src")
        for said in ["", "/w", "w\n", "/w\n/x\n", "\n"] { #expect(BashScript.folder(Array(said.utf8)) == nil) }
        #expect(BashScript.folder([0x2F, 0xFF, 0x0A]) == nil)
        #expect(BashScript.folder(Array("/\(String(repeating: "x", count: 5000))\n".utf8)) == nil)
    }

    @Test(
        arguments: [
            ("plain\n\ttext\r\n", "plain\n\ttext\r\n"), ("é 𝄞 “x”", "é 𝄞 “x”"), ("a\u{1B}[31mb", "a␛[31mb"),
            ("a\rb", "a␍b"), ("\u{0}\u{7}\u{8}\u{7F}", "␀␇␈␡"), ("\u{9B}31m", "\\u{9b}31m"),
            ("a\u{202E}b", "a\\u{202e}b"), ("\u{2066}", "\\u{2066}"), ("\u{200B}", "\u{200B}"),
        ])
    func `What a terminal would obey is made visible`(_ text: String, _ shown: String) {
        #expect(ShownText.neutral(text) == shown)
    }
}
