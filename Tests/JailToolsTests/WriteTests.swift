import JSON
import JailTools
import LinuxSystem
import TestSupport
import Testing

@Suite struct WriteTests {
    @Test func `A new file comes with the folders above it`() throws {
        let space = try Workspace()
        let reply = space.write("a/b/c.txt", "hello")
        #expect(reply.texts == ["File created successfully at: \(space.at("a/b/c.txt"))"])
        #expect(try space.text("a/b/c.txt") == "hello")
        #expect(reply.structured["type"]?.string == "create" && reply.structured["originalFile"]?.isNull == true)
        #expect(reply.changed.first?.before == nil && reply.changed.first?.after == reply.seen.first?.hash)
        // As any program would have made it.
        #expect(try File.entry(space.at("a/b/c.txt")).mode & 0o777 == 0o644)
        // It may be written again without reading it.
        #expect(space.write("a/b/c.txt", "again").code == nil)
        #expect(space.write("a/b/c.txt/d", "x").code == .notFound)
    }

    @Test func `What was not read, or has changed since, is left alone`() throws {
        let space = try Workspace()
        try space.put("a", "one\n")
        #expect(space.write("a", "two").text == "File has not been read yet. Read it first before writing to it.")
        #expect(space.edit("a", "one", "two").code == .notRead)
        space.read("a")
        try space.put("a", "other\n")
        #expect(
            space.edit("a", "one", "two").text
                == "File has been modified since read, either by the user or by a linter. Read it again before attempting to write it."
        )
        #expect(space.write("a", "x").code == .modifiedSinceRead)
        #expect(try space.text("a") == "other\n")
        // The same content under a new date is no change.
        space.read("a")
        try space.put("a", "other\n")
        #expect(space.edit("a", "other", "two").code == nil)
    }

    @Test func `A file that is replaced keeps its encoding and line endings`() throws {
        let space = try Workspace()
        try space.put("crlf", "a\r\nb\r\n")
        space.read("crlf")
        space.write("crlf", "a\nc\n")
        #expect(try space.text("crlf") == "a\r\nc\r\n")
        try space.put("wide", [0xff, 0xfe, 0x61, 0])
        space.read("wide")
        space.write("wide", "é")
        #expect(try space.bytes("wide") == [0xff, 0xfe, 0xe9, 0])
        try space.put("latin", [0xe9])
        space.read("latin")
        #expect(space.write("latin", "€ù").code == nil)
        #expect(try space.bytes("latin") == [0x80, 0xf9])
        #expect(
            space.write("latin", "ł").text.contains("It was ISO-8859-1 (Latin-1), which has no \"ł\"; it is UTF-8 now.")
        )
        #expect(try space.text("latin") == "ł")
    }

    @Test func `What belongs to a file beside its content stays`() throws {
        let space = try Workspace()
        try File.makeFolder(space.at("real"))
        try space.put("real/script", Array("one\n".utf8), mode: 0o751)
        try File.makeLink(space.at("link"), to: "real/script")
        space.read("link")
        #expect(space.edit("link", "one", "two").code == nil)
        #expect(try File.linkTarget(space.at("link")) == "real/script")
        #expect(try space.text("real/script") == "two\n")
        #expect(try File.entry(space.at("real/script")).mode & 0o7777 == 0o751)
        #expect(space.last.changed.map(\.path) == [space.at("real/script")])
        // By its other name it is known too.
        #expect(space.edit("real/script", "two", "three").code == nil)
        #expect(try Directory.entries(space.at("real")) == ["script"])
    }

    /// Where a file system gives no files without a name, one that was being written may be left over by a kill.
    @Test func `What a killed write has left goes with the next one, but not what somebody is at`() throws {
        let space = try Workspace()
        let folder = try Descriptor.open(space.path, [.readOnly, .directory])
        try space.put(Leftovers.name(for: "a"), "stale")
        let busy = Leftovers.name(for: "b")
        try space.put(busy, "busy")
        let holder = try Descriptor.open(space.at(busy), .readOnly)
        #expect(try holder.tryLockExclusively())
        #expect(space.run("LS", ["path": .string(space.path)]).text == "- \(space.path)/")
        space.tidies = true
        #expect(space.write("a", "new").code == nil)
        #expect(try Set(Directory.entries(space.path)) == ["a", busy])
        let new = try NewFile.make("c", in: folder, mode: 0o644)
        try new.descriptor.writeAll(Array("c".utf8))
        Leftovers.remove(in: folder)
        try new.put(as: "c", in: folder, replaces: false)
        #expect(try space.text("c") == "c")
        #expect(throws: SystemError.self) {
            let again = try NewFile.make("c", in: folder, mode: 0o644)
            try again.put(as: "c", in: folder, replaces: false)
        }
    }

    @Test func `An edit says what it did`() throws {
        let space = try Workspace()
        try space.put("a", (1...9).map { "line \($0)\n" }.joined())
        space.read("a")
        let reply = space.edit("a", "line 5", "five")
        let name = space.at("a")
        #expect(
            reply.text
                == "The file \(name) has been updated successfully.\n\n--- \(name)\n+++ \(name)\n@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+five\n line 6\n line 7\n line 8"
        )
        #expect(reply.structured["oldString"]?.string == "line 5" && reply.structured["matchedBy"]?.string == "exact")
        #expect(reply.structured["structuredPatch"]?[0]?["oldStart"]?.int == 2)
        #expect(reply.structured["originalFile"]?.string?.hasPrefix("line 1\n") == true)
        #expect(
            space.edit("a", "line", "row", all: true).text.hasPrefix(
                "The file \(name) has been updated. All occurrences were successfully replaced.\n"))
        #expect(space.edit("a", "\trow 1", "x").code == .noMatch)
        #expect(space.edit("a", "row 1  \nrow 2", "row 0").text.contains("\nNote: old_string was found by ignoring"))
        #expect(space.edit("missing", "a", "b").code == .notFound)
    }

    @Test func `Several edits make a file, or change one, or do nothing`() throws {
        let space = try Workspace()
        let file: JSONValue = .string(space.at("a"))
        func several(_ edits: JSONValue...) -> ToolReply {
            space.run("MultiEdit", ["file_path": file, "edits": .array(edits)])
        }
        #expect(
            several(["old_string": "", "new_string": "a b"], ["old_string": "b", "new_string": "c"]).text
                == "File created successfully at: \(space.at("a"))")
        #expect(try space.text("a") == "a c")
        #expect(several(["old_string": "", "new_string": "x"]).code == .exists)
        #expect(
            several(["old_string": "a", "new_string": "b"], ["old_string": "b c", "new_string": "d"]).structured[
                "matchedBy"] == ["exact", "exact"])
        #expect(try space.text("a") == "d")
        #expect(
            several(["old_string": "d", "new_string": "e"], ["old_string": "z", "new_string": ""]).code == .noMatch)
        #expect(try space.text("a") == "d")
        #expect(several().code == .invalidInput)
        #expect(several(["old_string": 1, "new_string": "e"]).text.hasPrefix("MultiEdit: edits[0].old_string"))
    }

    /// Every encoding, line ending, mark and end of file, changed in one place: everything else is what it was.
    @Test(arguments: Form.all)
    func `An edit changes nothing else`(_ form: Form) throws {
        let space = try Workspace()
        let lines = ["first é", "second", "", "  last"]
        let text = { (lines: [String]) in
            lines.joined(separator: form.ending) + (form.isEnded ? form.ending : "")
        }
        try space.put("a", form.bytes(text(lines)))
        space.read("a")
        #expect(space.edit("a", "second\n", "zwei\ndrei à\n").code == nil)
        #expect(try space.bytes("a") == form.bytes(text(["first é", "zwei", "drei à", "", "  last"])))
        #expect(space.edit("a", "zwei\ndrei à", "second").code == nil)
        #expect(try space.bytes("a") == form.bytes(text(lines)))
        #expect(space.read("a").structured["file"]?["content"]?.string == lines.joined(separator: "\n"))
        let again = text(lines).replacing("\r\n", with: "\n")
        #expect(space.write("a", again).code == nil)
        #expect(try space.bytes("a") == form.bytes(text(lines)))
    }

    struct Form: Sendable, CustomTestStringConvertible {
        let encoding: TextEncoding
        let ending: String
        let isEnded: Bool

        static let all: [Form] = [
            TextEncoding.utf8(isMarked: false), .utf8(isMarked: true), .utf16(isBigEndian: true),
            .utf16(isBigEndian: false), .windows1252,
        ].flatMap { encoding in
            ["\n", "\r\n"].flatMap { ending in
                [true, false].map { Form(encoding: encoding, ending: ending, isEnded: $0) }
            }
        }

        var testDescription: String { "\(encoding.name), \(ending.debugDescription), ended: \(isEnded)" }

        func bytes(_ text: String) throws -> [UInt8] {
            try #require(DecodedText(utf8: Array(text.utf8), encoding: encoding).encoded())
        }
    }
}
