import JSON
import LinuxSystem
import MCP
import Testing

@Suite struct ServersFileTests {
    private func read(_ text: String, _ environment: [String: String] = [:]) -> MCPServersFile {
        MCPServersFile(Array(text.utf8), file: "x.json", scope: .project, environment: environment)
    }

    @Test func anEntryIsReadAsOthersReadIt() throws {
        let file = read(
            #"{"mcpServers": {"a": {"command": "${BIN:-/bin}/x", "args": ["$HOME", "${B}"], "env": {"K": "${K}"}, "timeout": 1500,"#
                + #" "sidecar": {"lazy": true, "restart": "always", "tools": {"deny": ["rm*"]}}}, "b": {"url": "https://${H}/"}}, "other": 1}"#,
            ["B": "${K}", "K": "v", "H": "h"])
        #expect(file.problems.isEmpty)
        let entry = try #require(file.entries.first)
        #expect(entry.command == "/bin/x")
        // What a variable holds is not looked at again.
        #expect(entry.arguments == ["$HOME", "${K}"])
        #expect(entry.environment == [.init("K", "v")])
        #expect(entry.callTime == .milliseconds(1500))
        #expect(entry.isLazy && entry.restart == .always)
        #expect(!entry.tools.offers("rm_all") && entry.tools.offers("list"))
        #expect(file.entries.last?.transport == .http)
        #expect(file.entries.last?.url == "https://h/")
    }

    @Test func brokenJSONIsToldWithItsPlace() {
        let file = read("{\n  \"mcpServers\": {\n    \"a\": {,}\n  }\n}")
        #expect(file.entries.isEmpty)
        #expect(file.problems.first?.description.hasPrefix("x.json:3:") == true)
    }

    @Test func oneWrongEntryLeavesTheOthers() {
        let file = read(
            "{\"mcpServers\": {\n\"a\": {\"command\": 7},\n\"b\": {\"command\": \"b\"},\n\"c\": {\"command\": \"c\", \"sidecar\": {\"lasy\": true}},\n\"d d\": {}}}"
        )
        #expect(file.entries.map(\.name) == ["a", "b", "c"])
        #expect(file.entries.map { $0.problem == nil } == [false, true, false])
        #expect(file.problems.map(\.line) == [2, 4, 5])
        #expect(file.problems.first?.column == 18)
    }

    @Test func anUnsetVariableIsNamed() {
        let file = read(#"{"mcpServers": {"a": {"command": "x", "args": ["${NOPE}", "${NOPE}", "${ALSO}"]}}}"#)
        #expect(file.problems.isEmpty)
        #expect(file.entries.first?.problem?.hasPrefix("`NOPE`, `ALSO` are not set") == true)
    }

    @Test func theProjectWinsWhole() {
        let project = read(#"{"mcpServers": {"a": {"command": "p"}}}"#)
        let user = read(#"{"mcpServers": {"a": {"command": "u", "args": ["1"]}, "b": {"command": "u"}}}"#)
        let entries = MCPServersFile.merged([project, user])
        #expect(entries.map(\.command) == ["p", "u"])
        #expect(entries.first?.arguments == [])
    }

    @Test func onlyWhatMattersToAProcessMakesItAnother() throws {
        func entry(_ text: String) throws -> MCPServerEntry {
            try #require(read("{\"mcpServers\": {\"a\": \(text)}}").entries.first)
        }
        let one = try entry(#"{"command": "a"}"#)
        #expect(one.isSameProgram(as: try entry(#"{"command": "a", "sidecar": {"lazy": true, "enabled": false}}"#)))
        #expect(!one.isSameProgram(as: try entry(#"{"command": "a", "args": ["x"]}"#)))
    }

    @Test(arguments: [
        ("", #"{"mcpServers": {"n": {"a": 1}}}"#),
        ("{}", #"{"mcpServers": {"n": {"a": 1}}}"#),
        (#"{"x": 1, "mcpServers": {"o": {}}}"#, #"{"x": 1, "mcpServers": {"o": {}, "n": {"a": 1}}}"#),
        (
            "{\n\t\"mcpServers\": {\n\t\t\"o\": {}\n\t},\n\t\"z\": [1,2]\n}\n",
            #"{"mcpServers": {"o": {}, "n": {"a": 1}}, "z": [1, 2]}"#
        ),
    ])
    func addingAndRemovingLeavesTheRest(_ before: String, _ after: String) throws {
        var edit = JSONTextEdit(Array(before.utf8))
        try edit.set(["mcpServers", "n"], ["a": 1])
        #expect(try JSONValue(parsing: edit.bytes) == JSONValue(parsing: after))
        #expect(String(decoding: edit.bytes, as: UTF8.self).contains("[1,2]") == before.contains("[1,2]"))
        let had = before.contains("mcpServers")
        try edit.remove(["mcpServers", "n"])
        if had { #expect(String(decoding: edit.bytes, as: UTF8.self) == before) }
        _ = try JSONValue(parsing: edit.bytes)
    }

    @Test func theFirstOfSeveralGoesWithItsLine() throws {
        let before = "{\n  \"mcpServers\": {\n    \"a\": {\n      \"command\": \"x\"\n    },\n    \"b\": {}\n  }\n}\n"
        var edit = JSONTextEdit(Array(before.utf8))
        try edit.remove(["mcpServers", "a"])
        #expect(String(decoding: edit.bytes, as: UTF8.self) == "{\n  \"mcpServers\": {\n    \"b\": {}\n  }\n}\n")
        try edit.set(["mcpServers", "b", "sidecar", "enabled"], false)
        #expect(try JSONValue(parsing: edit.bytes) == ["mcpServers": ["b": ["sidecar": ["enabled": false]]]])
        try edit.set(["mcpServers", "b", "sidecar", "enabled"], true)
        #expect(try edit.value(["mcpServers", "b", "sidecar", "enabled"]) == true)
        try edit.remove(["mcpServers", "b"])
        #expect(try JSONValue(parsing: edit.bytes) == ["mcpServers": [:]])
    }
}
