import JSON
import JailTools
import LinuxSystem
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct WorkerTests {
    private func request(_ tool: String, _ input: JSONValue, _ space: Workspace, known: JSONValue = [:]) -> JSONValue {
        ["tool": .string(tool), "input": input, "workspace": .string(space.path), "known": known, "fsync": false]
    }

    @Test func `It does what it is asked, one thing after the other, until nobody asks`() throws {
        let space = try Workspace()
        let worker = try Worker()
        let path: JSONValue = .string(space.at("a"))
        let written = try worker.ask(request("Write", ["file_path": path, "content": "one\n"], space))
        #expect(written["is_error"] == false && written["code"] == .null)
        #expect(written["content"]?[0]?["text"]?.string == "File created successfully at: \(space.at("a"))")
        let hash = try #require(written["changed"]?[0]?["after"])
        #expect(written["seen"]?[0] == ["path": path, "hash": hash, "whole": false, "size": 4])
        let edit: JSONValue = ["file_path": path, "old_string": "one", "new_string": "two"]
        #expect(try worker.ask(request("Edit", edit, space))["code"] == "not_read")
        let known = JSONValue.object(JSONObject([.init(key: space.at("a"), value: ["hash": hash, "whole": false])]))
        let edited = try worker.ask(request("Edit", edit, space, known: known))
        #expect(edited["is_error"] == false && edited["changed"]?[0]?["before"] == hash)
        #expect(try worker.ask(request("Read", ["file_path": path], space))["content"]?[0]?["text"] == "1\ttwo")
        #expect(try worker.end() == 0)
    }

    @Test func `Garbage is answered, not obeyed`() throws {
        let space = try Workspace()
        let worker = try Worker()
        for request: JSONValue in [
            "text", [:], ["tool": "Read"], ["tool": "Read", "input": []], ["tool": "Read", "input": [:]],
            ["tool": "Read", "input": [:], "workspace": "here"],
        ] {
            let reply = try worker.ask(request)
            #expect(reply["is_error"] == true && reply["code"] == "bad_request")
        }
        let unknown = try worker.ask(request("Bash", [:], space))
        #expect(unknown["code"] == "unknown_tool")
        #expect(
            unknown["content"]?[0]?["text"]?.string?.hasPrefix("No tool \"Bash\" here. There are: Edit, LS, ") == true)
        try worker.send(Frame.Lengths(json: 3, blob: 2).header + Array("{]}xy".utf8))
        #expect(try worker.receive()["code"] == "bad_request")
        // The frame after it is understood all the same.
        #expect(try worker.ask(request("LS", ["path": .string(space.path)], space))["is_error"] == false)
        #expect(try worker.end() == 0)
    }

    @Test func `A frame that is too long ends it, before anything is kept for it`() throws {
        let worker = try Worker()
        try worker.send([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
        #expect(
            try worker.receive()["content"]?[0]?["text"] == "a frame says 4294967295 bytes of JSON, more than 8388608")
        #expect(try worker.end() == 1)
        let other = try Worker()
        try other.send([10, 0, 0, 0, 0, 0, 0, 0, 1, 2])
        #expect(try other.end() == 1)
    }

    @Test func `It is linked to nothing that it does not need`() throws {
        let file = try #require(try ELFFile(try Worker.path))
        let allowed = [
            "libc.so.", "libm.so.", "libgcc_s.so.", "libstdc++.so.", "ld-linux", "libgumbo.", "libsimdjson.so.",
            "libswift",
        ]
        #expect(file.needed.filter { name in !allowed.contains { name.hasPrefix($0) } } == [])
    }

    /// Killed at any moment, it leaves the old file or the new one.
    @Test func `A killed write is all or nothing`() throws {
        let space = try Workspace()
        var random = SeededGenerator(seed: 3)
        let contents = ["a", "b"].map { String(repeating: $0, count: 300_000) }
        try space.put("file", contents[0])
        var changed = 0
        for round in 0..<60 {
            let before = try space.bytes("file")
            let known: JSONValue = ["hash": .string(space.read("file").seen[0].hash), "whole": false]
            let worker = try Worker()
            // Up and at work before the time is counted.
            _ = try worker.ask(request("Read", ["file_path": .string(space.at("nothing"))], space))
            let next = contents[before.first == UInt8(ascii: "a") ? 1 : 0]
            var call = request(
                "Write", ["file_path": .string(space.at("file")), "content": .string(next)], space,
                known: .object(JSONObject([.init(key: space.at("file"), value: known)])))
            call["fsync"] = .bool(round % 2 == 0)
            try worker.send(call)
            let until = MonotonicClock().now() + .microseconds(UInt64.random(in: 0...6000, using: &random))
            while MonotonicClock().now() < until {}
            try worker.kill()
            let after = try space.bytes("file")
            #expect(after == before || after == Array(next.utf8))
            // Of nothing that was being written there is a trace, but where it had to wait beside for a moment.
            let left = try Directory.entries(space.path).filter { Leftovers.isOne(Array($0.utf8)) }
            if !left.isEmpty {
                #expect(!space.run("LS", ["path": .string(space.path)]).text.contains("sidecar-tmp"))
                for name in left { try File.remove(space.at(name)) }
            }
            if after != before { changed += 1 }
        }
        #expect(changed > 0 && changed < 60)
    }
}
