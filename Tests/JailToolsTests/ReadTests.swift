import JSON
import JailTools
import LinuxSystem
import TestSupport
import Testing

@Suite struct ReadTests {
    @Test func `Lines come with their numbers`() throws {
        let space = try Workspace()
        try space.put("a", "one\ntwo\r\n\nlast")
        let reply = space.read("a")
        #expect(reply.texts == ["1\tone\n2\ttwo\n3\t\n4\tlast"])
        #expect(reply.structured["type"]?.string == "text")
        let file = reply.structured["file"]
        #expect(file?["content"]?.string == "one\ntwo\n\nlast")
        #expect(file?["numLines"]?.int == 4 && file?["startLine"]?.int == 1 && file?["totalLines"]?.int == 4)
        #expect(reply.seen.first?.isWhole == true && reply.seen.first?.size == 14)
        #expect(reply.seen.first?.hash.count == 32)
    }

    @Test func `A range of lines is what was asked for and no more`() throws {
        let space = try Workspace()
        try space.put("a", (1...10).map { "line \($0)\n" }.joined())
        #expect(space.read("a", ["offset": 3, "limit": 2]).texts == ["3\tline 3\n4\tline 4"])
        #expect(space.last.seen.first?.isWhole == false)
        #expect(space.read("a", ["offset": 10]).texts == ["10\tline 10"])
        #expect(space.read("a", ["offset": 0, "limit": 1]).texts == ["1\tline 1"])
        #expect(
            space.read("a", ["offset": 11]).texts == [
                "<system-reminder>Warning: the file exists but is shorter than the provided offset (11). The file has 10 lines.</system-reminder>"
            ])
        #expect(space.last.code == nil)
        #expect(space.read("a", ["limit": 0]).code == .invalidInput)
        #expect(space.read("a", ["offset": -1]).code == .invalidInput)
        #expect(space.read("a", ["offset": .int(Int.max)]).code == .invalidInput)
    }

    @Test func `An empty file is said to be empty`() throws {
        let space = try Workspace()
        try space.put("a", "")
        let text = "<system-reminder>Warning: the file exists but the contents are empty.</system-reminder>"
        #expect(space.read("a").texts == [text])
        #expect(space.edit("a", "", "x\n").code == nil)
        #expect(try space.text("a") == "x\n")
    }

    @Test func `What was read whole and has not changed is not shown again`() throws {
        let space = try Workspace()
        try space.put("a", "one\n")
        space.read("a")
        #expect(space.read("a").structured["type"]?.string == "file_unchanged")
        #expect(space.read("a", ["limit": 5]).texts == ["1\tone"])
        space.read("a")
        // What was edited was not shown.
        #expect(space.edit("a", "one", "two").code == nil)
        #expect(space.read("a").texts == ["1\ttwo"])
        try space.put("a", "three\n")
        #expect(space.read("a").texts == ["1\tthree"])
    }

    @Test func `Long lines are cut, between characters`() throws {
        let space = try Workspace()
        try space.put("a", String(repeating: "é", count: 2001) + "\n" + String(repeating: "x", count: 2000) + "\n")
        let lines = space.read("a").texts[0].split(separator: "\n")
        #expect(lines[0].hasPrefix("1\té"))
        #expect(lines[0].hasSuffix("é… [cut: the line has 4002 bytes]"))
        #expect(lines[0].count { $0 == "é" } == 2000)
        #expect(lines[1].utf8.count == 2002)
        #expect(space.last.texts[1] == "[Lines longer than 2000 characters are cut: 1 of these.]")
        #expect(space.last.seen.first?.isWhole == false)
    }

    @Test func `A page of a file that is too long, and an error for a range that is`() throws {
        let space = try Workspace()
        space.limits.tokens = 100
        try space.put("a", (100..<300).map { "line \($0)\n" }.joined())
        let reply = space.read("a")
        #expect(reply.texts[0].hasSuffix("44\tline 143"))
        #expect(
            reply.texts[1] == "[PARTIAL view: lines 1-44 of 200. Read on with offset 45, or search for what you need.]")
        #expect(reply.structured["file"]?["truncatedByTokenCap"]?.bool == true)
        #expect(reply.seen.first?.isWhole == false)
        let error = space.read("a", ["limit": 100])
        #expect(error.code == .tooLarge)
        #expect(
            error.text
                == "File content (225 tokens) exceeds maximum allowed tokens (100). Use offset and limit parameters to read specific portions of the file, or search for specific content instead of reading the whole file."
        )
        space.limits.fileBytes = 512
        #expect(
            space.read("a", ["limit": 200]).text.hasPrefix("File content (2KB) exceeds maximum allowed size (1KB). Use")
        )
        space.limits.tokens = 25_000
        try space.put("b", String(repeating: "\n", count: 3000))
        #expect(space.read("b").texts[1].hasPrefix("[PARTIAL view: lines 1-2000 of 3000."))
        // A page has a line, however long.
        space.limits.tokens = 1
        try space.put("c", "longer than four\nx\n")
        #expect(space.read("c").texts[0] == "1\tlonger than four")
    }

    @Test(.timeLimit(.minutes(1))) func `What is no file is named, and nothing waits`() throws {
        let space = try Workspace()
        try File.makeFolder(space.at("folder"))
        try File.makeFIFO(space.at("fifo"))
        try File.makeLink(space.at("circle"), to: "circle")
        try File.makeLink(space.at("dangling"), to: "nowhere")
        #expect(space.read("folder").code == .isDirectory && space.last.text.hasPrefix("EISDIR: "))
        #expect(space.read("").code == .isDirectory)
        #expect(space.read("fifo").code == .notAFile && space.last.text.contains("FIFO"))
        #expect(space.run("Read", ["file_path": "/dev/zero"]).code == .notAFile)
        #expect(space.run("Read", ["file_path": "/dev/stdin"]).code != nil)
        #expect(space.read("circle").code == .notFound)
        #expect(space.read("dangling").code == .notFound)
        #expect(space.read("fifo/x").code == .notFound)
        #expect(space.run("Read", ["file_path": "/proc/self/exe"]).code == .notFound)
        #expect(space.run("Read", ["file_path": "a\0b"]).code == .invalidInput)
        #expect(space.run("Read", ["file_path": ""]).code == .invalidInput)
        #expect(space.run("Read", ["file_path": 7]).text == "Read: file_path has to be a string; it is 7.")
        #expect(space.run("Read", [:]).text == "Read: file_path has to be a string; it is missing.")
        #expect(space.read(String(repeating: "x", count: 300)).code == .invalidInput)
    }

    @Test func `A name that is nearly right is put right`() throws {
        let space = try Workspace()
        try space.put("Configuration.swift", "")
        try space.put("readme.md", "")
        #expect(
            space.read("Configuratoin.swift").text
                == "File does not exist. Did you mean \(space.at("Configuration.swift"))?")
        #expect(space.read("README.md").text.hasSuffix("readme.md?"))
        #expect(space.read("readme.txt").text.hasSuffix("readme.md?"))
        #expect(space.read("else").text == "File does not exist. Path: \(space.at("else"))")
        #expect(space.read("no/such").text.contains("Its folder \(space.at("no")) does not exist either."))
    }

    @Test func `Nothing beneath the workspace leads out of it`() throws {
        let space = try Workspace()
        try File.makeFolder(space.at("in"))
        try space.put("in/a", "inside\n")
        try File.makeLink(space.at("out"), to: "/etc/hostname")
        try File.makeLink(space.at("up"), to: "../..")
        try File.makeLink(space.at("absolute"), to: space.at("in"))
        #expect(space.read("out").code == .deniedPath)
        #expect(space.read("up/etc/hostname").code == .deniedPath)
        #expect(space.read("../../etc/hostname").code == .deniedPath)
        // But what leads back into it may.
        #expect(space.read("absolute/a").texts == ["1\tinside"])
        #expect(space.last.seen.map(\.path) == [space.at("absolute/a"), space.at("in/a")])
        #expect(space.edit("in/a", "inside", "changed").code == nil)
    }

    @Test func `Characters are what the file's encoding says`() throws {
        let space = try Workspace()
        try space.put("bom", [0xef, 0xbb, 0xbf] + Array("é\n".utf8))
        #expect(space.read("bom").texts == ["1\té"])
        try space.put("little", [0xff, 0xfe, 0xe9, 0, 0x3d, 0xd8, 0, 0xde, 0x0a, 0])
        #expect(space.read("little").texts == ["1\té😀", "[The file is UTF-16, little end first. Edits keep that.]"])
        try space.put("big", [0xfe, 0xff, 0, 0xe9])
        #expect(space.read("big").texts[0] == "1\té")
        try space.put("faulty", [0xfe, 0xff, 0xd8, 0, 0, 0x41])
        #expect(space.read("faulty").texts[0] == "1\t\u{fffd}A")
        #expect(space.edit("faulty", "A", "B").code == .badEncoding)
        try space.put("latin", [0xe9, 0x80, 0x0a])
        #expect(space.read("latin").texts == ["1\té€", "[The file is ISO-8859-1 (Latin-1). Edits keep that.]"])
        try space.put("binary", [0x7f, 0x45, 0x4c, 0x46, 0, 1, 2])
        #expect(space.read("binary").code == .binary)
        try space.put("noise", (0..<100).map { UInt8(truncatingIfNeeded: $0 * 7 + 129) })
        #expect(space.read("noise").code == .binary)
    }

    @Test func `A long file is read where it is asked to be`() throws {
        let space = try Workspace()
        let line = Array((String(repeating: "0123456789", count: 10) + "\n").utf8)
        var bytes: [UInt8] = []
        for _ in 0..<120_000 { bytes += line }
        try space.put("long", bytes)
        #expect(space.read("long", ["offset": 100_000, "limit": 1]).texts[0].hasPrefix("100000\t0123456789"))
        #expect(space.last.structured["file"]?["totalLines"]?.isNull == true)
        #expect(space.last.seen.first?.hash.hasPrefix("stamp:") == true)
        #expect(space.read("long").texts[1].hasPrefix("[PARTIAL view: lines 1-990 of a file of 12120000 bytes."))
        #expect(space.read("long", ["offset": 200_000]).texts[0].contains("The file has 120000 lines."))
        // What was seen of it lets it be changed, until somebody else does.
        #expect(space.edit("long", "x", "y").code == .noMatch)
        try space.put("long", bytes)
        #expect(space.edit("long", "x", "y").code == .modifiedSinceRead)
        // Without a line feed in it.
        try space.put("line", [UInt8](repeating: 0x61, count: 9 << 20))
        #expect(space.read("line").texts[0].hasPrefix("1\taaaa"))
    }

    @Test func `Control characters do not reach a terminal`() throws {
        let space = try Workspace()
        try space.put("a", Array("\u{1b}[31mred\u{1b}[0m\u{7}\u{9b}x\u{7f}\ta\rb\n".utf8))
        let encoded = String(decoding: space.read("a").encode(), as: UTF8.self)
        #expect(encoded.contains("1\\t␛[31mred␛[0m␇<U+009B>x␡\\ta␍b"))
        #expect(VisibleText.of("plain\ttext\n") == "plain\ttext\n")
    }
}
