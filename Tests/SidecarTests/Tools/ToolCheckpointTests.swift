import JSON
import LinuxSystem
import TestSupport
import Testing

/// From a tool's change to its undoing, in the real program.
@Suite(
    .enabled(if: ToolGround.canJail && ToolGround.hasWorker, "no jail can be made here"), .serialized,
    .timeLimit(.minutes(5)))
struct ToolCheckpointTests {
    private func tool(
        _ ground: ToolGround, _ name: String, _ input: JSONValue, session: String? = nil
    ) throws
        -> JSONValue
    {
        let words = ["tool", "run", name, "--json", "--input", input.text()]
        return try ground.run(words + (session.map { ["--session", $0] } ?? [])).json
    }

    private func list(_ ground: ToolGround, _ words: String...) throws -> [JSONValue] {
        try ground.run(["checkpoint", "list", "--json"] + words).json["checkpoints"]?.array ?? []
    }

    @Test func `Each of the four keeps what it changes, and all of it can be taken back`() async throws {
        try await ToolGround.with { ground in
            let space = ground.workspace
            try ground.write("a.txt", "one\r\ntwo\r\n")
            try ground.write("b.txt", "x y")
            let notebook =
                #"{"cells":[{"cell_type":"code","execution_count":null,"id":"c","metadata":{},"outputs":[],"source":["1"]}],"metadata":{},"nbformat":4,"nbformat_minor":5}"#
            try ground.write("n.ipynb", notebook)
            let edited = try tool(
                ground, "Edit", ["file_path": .string("\(space)/a.txt"), "old_string": "two", "new_string": "2"])
            let id = try #require(edited["structured"]?["checkpoint"]?.string)
            let several = try tool(
                ground, "MultiEdit",
                [
                    "file_path": .string("\(space)/a.txt"),
                    "edits": [["old_string": "one", "new_string": "1"], ["old_string": "2", "new_string": "3"]],
                ])
            #expect(several["is_error"] == false)
            #expect(
                try tool(ground, "Write", ["file_path": .string("\(space)/new/c.txt"), "content": "made\n"])["is_error"]
                    == false)
            #expect(
                try tool(ground, "Write", ["file_path": .string("\(space)/b.txt"), "content": "text"])["is_error"]
                    == false)
            #expect(
                try tool(
                    ground, "NotebookEdit",
                    ["notebook_path": .string("\(space)/n.ipynb"), "cell_id": "c", "new_source": "2"])["is_error"]
                    == false)
            let all = try list(ground)
            #expect(all.compactMap { $0["tool"]?.string } == ["Edit", "MultiEdit", "Write", "Write", "NotebookEdit"])
            #expect(all[2]["files"]?[0]?["change"] == "created")
            let shown = try ground.run("checkpoint", "show", String(id.prefix(6)))
            #expect(shown.code == 0)
            #expect(shown.output.contains("-two\n+2\n"), "\(shown.output)")
            #expect(try ground.run("checkpoint", "diff", id).output.contains("-x y"))

            let restored = try ground.run("checkpoint", "restore", id, "--json")
            #expect(restored.code == 0, "\(restored.output)")
            #expect(try File.readText("\(space)/a.txt") == "one\r\ntwo\r\n")
            #expect(try File.readText("\(space)/b.txt") == "x y")
            #expect(try File.readText("\(space)/n.ipynb") == notebook)
            #expect(!File.exists("\(space)/new/c.txt"))
            let undo = try #require(restored.json["undo"]?.string)
            #expect(try ground.run("checkpoint", "diff", id).output == "")
            let undone = try ground.run("checkpoint", "restore", undo, "a.txt", "new")
            #expect(undone.output == "restored  a.txt\ncreated  new/c.txt\n")
            #expect(try File.readText("\(space)/a.txt") == "1\r\n3\r\n")
            #expect(try File.readText("\(space)/b.txt") == "x y")
        }
    }

    @Test func `Folders that were made for a change go with it, and others stay`() async throws {
        try await ToolGround.with { ground in
            let space = ground.workspace
            func write(_ name: String) throws -> String {
                let done = try tool(ground, "Write", ["file_path": .string("\(space)/\(name)"), "content": "x"])
                return try #require(done["structured"]?["checkpoint"]?.string)
            }
            try File.makeFolder("\(space)/old")
            let first = try write("old/a")
            let second = try write("new/deep/b")
            _ = try write("new/deep/c")
            _ = try write("new/other/d")
            try ground.write("new/other/mine", "kept")
            let restored = try ground.run("checkpoint", "restore", second)
            #expect(
                restored.output
                    == "removed  new/deep/b\nremoved  new/deep/\nremoved  new/deep/c\nremoved  new/other/d\n")
            #expect(try File.readText("\(space)/new/other/mine") == "kept" && !File.exists("\(space)/new/deep"))
            // The undoing makes folders as well, and its own undoing takes them away.
            let undo = try #require(try list(ground).last?["id"]?.string)
            #expect(try ground.run("checkpoint", "restore", undo).code == 0)
            #expect(File.exists("\(space)/new/deep/c"))
            let again = try #require(try list(ground).last?["id"]?.string)
            try File.remove("\(space)/new/other/mine")
            let last = try ground.run("checkpoint", "restore", again, "--json")
            #expect(last.json["files"]?[0]?["removed_folders"] == ["new/deep"], "\(last.output)")
            #expect(!File.exists("\(space)/new/deep") && File.exists("\(space)/new/other"))
            #expect(try ground.run("checkpoint", "restore", first).code == 0)
            #expect(try Directory.entries("\(space)/old").isEmpty && !File.exists("\(space)/new"))
        }
    }

    @Test func `What changed nothing is not listed, and a session's own are`() async throws {
        try await ToolGround.with { ground in
            let path = JSONValue.string("\(ground.workspace)/a.txt")
            try ground.write("a.txt", "one\n")
            let refused = try tool(ground, "Edit", ["file_path": path, "old_string": "no", "new_string": "x"])
            #expect(refused["is_error"] == true && refused["structured"]?["checkpoint"] == nil)
            #expect(try list(ground).isEmpty)
            _ = try tool(ground, "Read", ["file_path": path], session: "s")
            let first = try tool(
                ground, "Edit", ["file_path": path, "old_string": "one", "new_string": "two"], session: "s")
            #expect(first["is_error"] == false, "\(first)")
            _ = try tool(ground, "Write", ["file_path": path, "content": "three\n"])
            #expect(try list(ground).count == 2)
            #expect(try list(ground, "--session", "s").count == 1)
            #expect(try list(ground, "--session", "t").isEmpty)
        }
    }

    @Test func `A wrong name, a path elsewhere and an unclear beginning are told`() async throws {
        try await ToolGround.with { ground in
            let none = try ground.run("checkpoint", "show", "ffff")
            #expect(none.code == 1 && none.errors.contains("there is no checkpoint ffff"))
            _ = try tool(ground, "Write", ["file_path": .string("\(ground.workspace)/a"), "content": "x"])
            let id = try #require(try list(ground)[0]["id"]?.string)
            let elsewhere = try ground.run("checkpoint", "restore", id, "/etc/passwd")
            #expect(elsewhere.code == 2 && elsewhere.errors.contains("is not in the workspace"))
            let other = try ground.run("checkpoint", "restore", id, "b")
            #expect(other.code == 1 && other.errors.contains("have changed nothing at"))
            #expect(File.exists("\(ground.workspace)/a"))
            let none2 = try ground.run("checkpoint", "list", "--workspace", "\(ground.folder)/outside")
            #expect(none2.code == 0 && none2.output == "")
        }
    }

    @Test func `Changes at once of a running sidecar are all kept, and each can be undone`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                let calls = try (0..<12).map { number in
                    try server.begin(
                        "Write",
                        ["file_path": .string("\(ground.workspace)/f\(number)"), "content": .string("\(number)")])
                }
                for call in calls {
                    let reply = try JSONValue(parsing: #require(call.readAnswer()).text)
                    #expect(reply["structured"]?["checkpoint"]?.string?.utf8.count == 10, "\(reply)")
                }
            }
            let all = try list(ground)
            #expect(all.count == 12)
            let first = try #require(all.first?["id"]?.string)
            #expect(try ground.run("checkpoint", "restore", first).code == 0)
            #expect(try Directory.entries(ground.workspace).isEmpty)
            let pruned = try ground.run("checkpoint", "prune", "--days", "0", "--json")
            #expect(pruned.json["removed"]?.int == 13)
        }
    }

    /// Whatever the moment, what is there now is in a checkpoint or was never changed.
    @Test func `A program that is killed in the middle loses nothing`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "0")
            for round in 1...6 {
                let before = try File.readText("\(ground.workspace)/a.txt")
                try ground.runKilled(
                    after: .milliseconds(UInt64(round * 12)), "tool", "run", "Write", "--input",
                    (["file_path": .string("\(ground.workspace)/a.txt"), "content": .string("\(round)")] as JSONValue)
                        .text())
                let after = try File.readText("\(ground.workspace)/a.txt")
                let shown = try list(ground)
                #expect(after == before || after == "\(round)")
                if after != before {
                    let last = try #require(shown.last?["id"]?.string)
                    #expect(try ground.run("checkpoint", "show", last).output.contains("-\(before)"))
                }
            }
        }
    }
}
