import JSON
import LinuxSystem
import TestSupport
import Testing

/// Images that are too large for models, through the real program, made smaller in a jail.
@Suite(.enabled(if: ToolGround.canJail && ToolGround.hasWorker, "no jail can be made here"), .timeLimit(.minutes(5)))
struct ImageToolTests {
    /// A white square, a bit a pixel: PNG as the standard has it, stored without compression.
    private func png(side: Int) -> [UInt8] {
        func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
            let body = Array(name.utf8) + data
            return big(UInt32(data.count)) + body + big(crc(body))
        }
        let row = [0] + [UInt8](repeating: 0xFF, count: (side + 7) / 8)
        let raw = Array(repeatElement(row, count: side).joined())
        var stored: [UInt8] = [0x78, 0x01]
        var place = 0
        while place < raw.count {
            let part = raw[place..<min(place + 65_535, raw.count)]
            place += part.count
            stored += [place == raw.count ? 1 : 0, UInt8(part.count & 0xFF), UInt8(part.count >> 8)]
            stored += [UInt8(~part.count & 0xFF), UInt8((~part.count >> 8) & 0xFF)] + part
        }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in raw {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big(UInt32(side)) + big(UInt32(side)) + [1, 0, 0, 0, 0])
            + chunk("IDAT", stored + big(b << 16 | a)) + chunk("IEND", [])
    }

    private func crc(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~value
    }

    @Test func `It is shown smaller, and a broken one says why it is not`() async throws {
        try await ToolGround.with { ground in
            func read(_ name: String, _ bytes: [UInt8]) throws -> JSONValue {
                let path = "\(ground.workspace)/\(name)"
                try File.writeAtomically(path, bytes, mode: 0o644)
                let input: JSONValue = ["file_path": .string(path)]
                return try ground.run(
                    "tool", "run", "Read", "--json", "--policy", "default", "--input", input.text()
                ).json
            }
            let large = png(side: 8200)
            let shown = try read("large.png", large)
            let image = shown["content"]?[0]
            #expect(image?["type"] == "image" && image?["source"]?["media_type"] == "image/png", "\(shown)")
            // A small image, by the first bytes of PNG in Base64.
            let data = image?["source"]?["data"]?.string ?? ""
            #expect(data.hasPrefix("iVBORw0KGgo") && data.utf8.count < 100_000)
            let size = shown["structured"]?["file"]?["dimensions"]
            #expect(size?["originalWidth"]?.int == 8200 && size?["displayWidth"]?.int == 1568)
            var broken = large
            broken[60_000] ^= 1
            broken.removeSubrange(70_000..<80_000)
            let failed = try read("broken.png", broken)
            #expect(failed["structured"]?["code"] == "too_large", "\(failed)")
            #expect(failed["content"]?[0]?["text"]?.string?.contains("making it smaller failed: ") == true)
        }
    }
}
