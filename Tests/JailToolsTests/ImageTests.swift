import JSON
import JailTools
import LinuxSystem
import Testing

@Suite struct ImageTests {
    static let png: [UInt8] =
        [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 1, 0, 0, 0, 0, 200, 8, 6, 0, 0, 0] + [1, 2, 3, 4, 0, 0, 0, 0] + Array("IEND".utf8) + [1, 2, 3, 4]
    static let jpeg: [UInt8] =
        [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 200, 1, 0, 1, 1, 0x11, 0, 0xff, 0xd9]
    static let gif: [UInt8] = Array("GIF89a".utf8) + [0, 1, 200, 0, 0, 0, 0, 0x3b]
    static let webp: [UInt8] =
        Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 199, 0, 0]

    @Test(arguments: [("image/png", png), ("image/jpeg", jpeg), ("image/gif", gif), ("image/webp", webp)])
    func `An image is shown as it is`(_ type: String, _ bytes: [UInt8]) throws {
        let space = try Workspace()
        try space.put("picture.txt", bytes)
        let reply = space.read("picture.txt")
        #expect(reply.content == [.image(mediaType: type, bytes: bytes)])
        let size = reply.structured["file"]?["dimensions"]
        #expect(size?["originalWidth"]?.int == 256 && size?["originalHeight"]?.int == 200)
        let sent = try JSONValue(parsing: reply.encode())
        #expect(sent["content"]?[0]?["media_type"]?.string == type)
    }

    @Test func `A broken or too large image spoils nothing`() throws {
        let space = try Workspace()
        try space.put("cut.png", Array(Self.png.dropLast(8)))
        #expect(space.read("cut.png").code == .binary)
        try space.put("cut.jpg", Array(Self.jpeg.dropLast(2)))
        #expect(space.read("cut.jpg").code == .binary)
        try space.put("no.gif", Array(Self.gif.prefix(8)))
        #expect(space.read("no.gif").code == .binary)
        var wide = Self.png
        wide[17] = 1
        try space.put("wide.png", wide)
        // It is the host that has them made smaller.
        #expect(space.read("wide.png").blob == wide && space.last.content.isEmpty)
        try space.put("long.png", Self.png.dropLast(12) + [UInt8](repeating: 0, count: 4_000_000) + Self.png.suffix(12))
        #expect(space.read("long.png").blob.count > 4_000_000 && space.last.code == nil)
        let vast = try Descriptor.open(space.at("vast.png"), [.writeOnly, .create])
        try vast.write(Self.png, at: 0)
        try vast.write([0], at: 40_000_000)
        #expect(space.read("vast.png").text.contains("up to 33554432 are made smaller"))
        try space.put("a.pdf", "%PDF-1.7\n")
        // It is the host that has it read.
        let document = space.read("a.pdf")
        #expect(document.blob.starts(with: "%PDF-".utf8) && document.structured["type"]?.string == "pdf")
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `Base64 is that of the standard`(_ text: String, _ encoded: String) throws {
        let reply = ToolReply([.image(mediaType: "x", bytes: Array(text.utf8))])
        #expect(try JSONValue(parsing: reply.encode())["content"]?[0]?["data"]?.string == encoded)
    }
}
