import JSON
import LinuxSystem
import Sidecar
import Testing

@Suite struct ObservabilityLogTests {
    /// What a log writes to a file.
    private func written(_ format: Log.Format, _ body: (Log) -> Void) throws -> String {
        try withTemporaryPath { path in
            // The writer's thread lives as long as the program, and its descriptor with it.
            let fd = try Descriptor.open(path, [.writeOnly, .create]).release()
            let log = Log(try LineWriter(fd: fd), format: format, level: .info, isColoured: false)
            body(log)
            log.flush()
            return try File.readText(path)
        }
    }

    private static let odd = "a\u{0}\u{1B}[31m\r\nb\u{9B}2J\u{7F}\"\\é"

    @Test func jsonLinesParse() throws {
        let text = try written(.json) { log in
            log.info(
                Self.odd, request: "req_1",
                [
                    ("text", .text(Self.odd)), ("n", .int(-3)), ("t", .milliseconds(.microseconds(1500))),
                    ("f", .flag(true)),
                ])
            log.error("second")
            log.debug("not written")
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2)
        let parser = JSONParser()
        defer { withExtendedLifetime(parser) {} }
        let root = try parser.parse(copying: String(lines[0])).root
        #expect(
            root["message"]?.string == Self.odd && root["text"]?.string == Self.odd
                && root["request_id"]?.string == "req_1")
        #expect(
            root["n"]?.int == -3 && root["f"]?.bool == true && root["level"]?.string == "info"
                && root["t"]?.sourceText == "1.5")
        #expect(!text.utf8.contains { $0 < 0x20 && $0 != 0x0a })
    }

    @Test func jsonLinesHoldNoControlCharacters() throws {
        let all =
            String(String.UnicodeScalarView((0...0xff).map { Unicode.Scalar(UInt8($0)) })) + "\u{100}é\u{9f}\u{a0}"
        let text = try written(.json) { $0.warn(all, request: all, [("text", .text(all)), (all, .flag(true))]) }
        #expect(!text.dropLast().unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
        #expect(text.contains(#"~\u007f\u0080\u0081"#) && text.contains(#"\u009f\#u{a0}"#))
        let parser = JSONParser()
        defer { withExtendedLifetime(parser) {} }
        let root = try parser.parse(copying: String(text.dropLast())).root
        #expect(root["message"]?.string == all && root["text"]?.string == all && root[all]?.bool == true)
    }

    @Test func prettyLinesHoldNoControlCharacters() throws {
        for value in [Self.odd, "only\u{9B}this", "only\u{7F}this", "only\u{85}this"] {
            let text = try written(.pretty) { $0.warn(value, request: "req_1", [("text", .text(value))]) }
            #expect(text.split(separator: "\n").count == 1)
            #expect(!text.dropLast().unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
        }
    }

    @Test func ordinaryTextsPassAsTheyAre() throws {
        #expect(try written(.pretty) { $0.info("grün 😀 ok") }.contains("grün 😀 ok"))
    }
}
