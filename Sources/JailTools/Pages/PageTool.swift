internal import JSON

/// What the host has fetched, made readable. The host knows of it the bytes and what was said of them, and nothing else: to
/// look into it is for the jail.
enum PageTool {
    static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        let address = try call.string("url")
        let type = MediaType(try call.optionalString("content_type") ?? "")
        let kind = kind(type, call.blob)
        switch kind {
        case .page:
            let encoding = PageEncoding(call.blob, charset: type.charset, isPage: true)
            let page = PageMarkdown.of(encoding.utf8, at: address)
            return reply(page.text, "page", note: encoding.note, isCut: page.isCut, title: page.title)
        case .text:
            let encoding = PageEncoding(call.blob, charset: type.charset, isPage: false)
            let kept = encoding.utf8.prefix(PageMarkdown.bytesMax)
            return reply(
                String(decoding: kept, as: UTF8.self), "text", note: encoding.note,
                isCut: kept.count < encoding.utf8.count)
        case .document: return reply("", "document")
        case .binary, .unsaid:
            throw ToolFailure(
                .binary,
                "\(address) is no text: \(type.name.isEmpty ? "it does not say what it is" : type.name), \(call.blob.count) bytes."
            )
        }
    }

    private static func reply(
        _ text: String, _ kind: String, note: String? = nil, isCut: Bool = false, title: String = ""
    ) -> ToolReply {
        ToolReply(
            [.text(text)],
            structured: [
                "kind": .string(kind), "title": .string(VisibleText.of(title)), "cut": .bool(isCut),
                "note": note.map { .string(VisibleText.of($0)) } ?? .null,
            ])
    }

    /// What the header says, where the bytes do not say otherwise.
    private static func kind(_ type: MediaType, _ bytes: [UInt8]) -> MediaType.Kind {
        if bytes.starts(with: "%PDF-".utf8) { return .document }
        let isText = TextEncoding.detect(bytes, isWhole: false) != nil || type.charset?.hasPrefix("utf-16") == true
        switch type.kind {
        case .page, .text: return isText ? type.kind : .binary
        case .document, .binary: return .binary
        case .unsaid:
            if !isText { return .binary }
            return type.name != "text/plain" && looksLikePage(bytes) ? .page : .text
        }
    }

    private static func looksLikePage(_ bytes: [UInt8]) -> Bool {
        let head = String(decoding: bytes.prefix(512), as: UTF8.self).lowercased()
        return ["<!doctype html", "<html", "<head", "<body"].contains { head.contains($0) }
    }
}
