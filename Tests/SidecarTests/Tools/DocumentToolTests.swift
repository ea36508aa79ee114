import JSON
import LinuxSystem
import TestSupport
import Testing

/// Read of PDF documents through the real program, by poppler in a jail.
@Suite(
    .enabled(
        if: ToolGround.canJail && ToolGround.hasWorker && File.isExecutable("/usr/bin/pdftotext"),
        "no jail can be made here, or there is no poppler"), .timeLimit(.minutes(5)))
struct DocumentToolTests {
    /// A document by hand; a page without words has a black square.
    private func document(_ pages: [String]) -> String {
        let kids = pages.indices.map { "\(4 + 2 * $0) 0 R" }.joined(separator: " ")
        var objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [\(kids)] /Count \(pages.count) >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        for (index, words) in pages.enumerated() {
            let drawing = words.isEmpty ? "0 0 100 100 re f" : "BT /F1 24 Tf 20 100 Td (\(words)) Tj ET"
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Resources << /Font << /F1 3 0 R >> >> "
                    + "/Contents \(5 + 2 * index) 0 R >>")
            objects.append("<< /Length \(drawing.utf8.count) >>\nstream\n\(drawing)\nendstream")
        }
        var text = "%PDF-1.4\n"
        var places: [Int] = []
        for (index, object) in objects.enumerated() {
            places.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        func ten(_ number: Int) -> String { String(repeating: "0", count: 10 - "\(number)".count) + "\(number)" }
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        text += places.map { "\(ten($0)) 00000 n \n" }.joined()
        return text + "trailer << /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
    }

    private func read(_ ground: ToolGround, _ name: String, pages: String? = nil) throws -> JSONValue {
        var input: JSONValue = ["file_path": .string("\(ground.workspace)/\(name)")]
        if let pages { input["pages"] = .string(pages) }
        return try ground.run("tool", "run", "Read", "--json", "--policy", "default", "--input", input.text()).json
    }

    private func text(_ result: JSONValue) -> String {
        (result["content"]?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    @Test func `Pages as text, and as images where there is none`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.pdf", document(["Hello one", "Second page", ""]))
            let all = try read(ground, "a.pdf")
            #expect(text(all).contains("--- Page 1 of 3 ---") && text(all).contains("Hello one"), "\(all)")
            #expect(text(all).contains("Second page"))
            let image = all["content"]?.array?.last
            #expect(
                image?["type"]?.string == "image" && image?["source"]?["media_type"]?.string == "image/jpeg", "\(all)")
            #expect(all["structured"]?["file"]?["totalPages"]?.int == 3)
            let second = try read(ground, "a.pdf", pages: "2")
            #expect(text(second).contains("Second page") && !text(second).contains("Hello"))
            #expect(try read(ground, "a.pdf", pages: "4")["structured"]?["code"]?.string == "invalid_pages")
            #expect(try read(ground, "a.pdf", pages: "x")["structured"]?["code"]?.string == "invalid_pages")
        }
    }

    @Test func `Long, broken and encrypted ones say what to do`() async throws {
        try await ToolGround.with { ground in
            try ground.write("long.pdf", document((1...12).map { "Page number \($0)" }))
            let long = try read(ground, "long.pdf")
            #expect(long["is_error"]?.bool == true && text(long).contains("12 pages") && text(long).contains("`pages`"))
            #expect(text(try read(ground, "long.pdf", pages: "11-")).contains("Page number 12"))
            try ground.write("broken.pdf", "%PDF-1.7\ngarbage")
            #expect(try read(ground, "broken.pdf")["structured"]?["code"]?.string == "bad_document")
        }
    }
}
