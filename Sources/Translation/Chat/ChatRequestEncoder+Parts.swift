internal import JSON

/// Blocks become parts, and parts become a message's content.
extension ChatRequestEncoder {
    /// The parts of a block that is no call and no result.
    mutating func parts(_ block: PickedBlock, into parts: inout [ChatPart]) {
        switch block.kind {
        case .text:
            guard let text = block.text, !text.isBlankText else { return }
            if let citations = block.citations, citations.count > 0 { leftOut.note(.citations) }
            parts.append(.text(text, cache: block.cacheControl))
        case .image: image(block.element, into: &parts)
        case .document: document(block.element, into: &parts)
        case .searchResult:
            leftOut.note(.citations)
            parts.append(
                .note("\(block.element["title"]?.string ?? "search result") (\(block.element["source"]?.string ?? ""))")
            )
            guard let content = block.content else { return }
            for inner in content.elements { self.parts(PickedBlock(inner), into: &parts) }
        case .toolReference:
            parts.append(.note("Tool loaded: \(block.element["tool_name"]?.string ?? "")"))
        case .serverToolUse:
            leftOut.note(.serverToolBlocks)
            parts.append(
                .note("[\(block.name?.string ?? "tool") was called with \(block.input?.sourceText ?? "{}")]"))
        case .serverToolResult:
            leftOut.note(.serverToolBlocks)
            parts.append(.note(ServerToolText.describe(block.element)))
        case .thinking, .redactedThinking, .toolUse, .toolResult: return
        case .other: leftOut.note(.unknownBlock)
        }
        if block.cacheControl != nil, !dialect.takesCacheControl { leftOut.note(.cacheControl) }
    }

    private mutating func image(_ block: JSONElement, into parts: inout [ChatPart]) {
        guard dialect.takesImages else {
            leftOut.note(.imageInput)
            return parts.append(.note("[An image was here, which \(provider) does not take.]"))
        }
        let type = block["source"]?["type"]
        guard type?.equals("base64") == true || type?.equals("url") == true else {
            leftOut.note(.imageFile)
            return parts.append(.note("[An image was here, kept as a file where \(provider) cannot see it.]"))
        }
        parts.append(.image(block))
    }

    private mutating func document(_ block: JSONElement, into parts: inout [ChatPart]) {
        guard let source = block["source"] else { return }
        let title = block["title"]?.string ?? "document"
        if block["citations"]?["enabled"]?.bool == true { leftOut.note(.citations) }
        if let context = block["context"]?.string, !context.isEmpty { parts.append(.note(context)) }
        switch source["type"]?.string {
        case "text":
            parts.append(.note("\(title):"))
            if let data = source["data"], !data.isBlankText { parts.append(.text(data, cache: block["cache_control"])) }
        case "content":
            parts.append(.note("\(title):"))
            source["content"]?.forEachBlock(
                text: { parts.append(.text($0, cache: nil)) }, block: { self.parts(PickedBlock($0), into: &parts) })
        case "base64" where dialect.takesPDF:
            guard let data = source["data"], data.isString else { return }
            parts.append(.pdf(data: data, name: title.hasSuffix(".pdf") ? title : title + ".pdf"))
        case "url" where dialect.takesFileURL:
            if let url = source["url"], url.isString { parts.append(.file(url: url)) }
        case "base64":
            leftOut.note(.documentPDF)
            parts.append(.note("[The PDF \"\(title)\" was here, which \(provider) does not take.]"))
        default:
            leftOut.note(.documentFile)
            parts.append(.note("[The document \"\(title)\" was here, kept where \(provider) cannot see it.]"))
        }
    }

    // MARK: Writing

    /// A string where that says it all, a list of parts otherwise.
    mutating func content(_ parts: [ChatPart]) {
        let isPlain = parts.allSatisfy(\.isText) && !dialect.takesCacheControl
        guard isPlain, parts.count < 2 || !dialect.takesTextParts else { return list(parts) }
        joined(parts)
    }

    /// One string, which every place takes.
    mutating func joined(_ parts: [ChatPart]) {
        writer.beginString()
        for (index, part) in parts.enumerated() {
            if index > 0 { writer.piece("\n\n") }
            switch part {
            case .text(let text, _): writer.piece(text)
            case .note(let text): writer.piece(text)
            case .image, .pdf, .file: continue
            }
        }
        writer.endString()
    }

    private mutating func list(_ parts: [ChatPart]) {
        writer.beginArray()
        for part in parts {
            writer.beginObject()
            if dialect.wire == .responses {
                inputPart(part)
                writer.endObject()
                continue
            }
            writer.key("type")
            switch part {
            case .text(let text, let cache):
                writer.string("text")
                writer.key("text")
                writer.raw(text.sourceBytes)
                if let cache { cacheControl(cache) }
            case .note(let text):
                writer.string("text")
                writer.key("text")
                writer.string(text)
            case .image(let block): image(block)
            case .pdf(let data, let name):
                writer.string("file")
                writer.key("file")
                writer.beginObject()
                writer.key("filename")
                writer.string(name)
                writer.key("file_data")
                dataURL("application/pdf", data)
                writer.endObject()
            case .file: preconditionFailure("a chat completion takes no papers by their URL")
            }
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func image(_ block: JSONElement) {
        writer.string("image_url")
        writer.key("image_url")
        writer.beginObject()
        writer.key("url")
        imageURL(block)
        writer.endObject()
        if let cache = block["cache_control"] { cacheControl(cache) }
    }

    mutating func imageURL(_ block: JSONElement) {
        if let url = block["source"]?["url"], url.isString {
            writer.raw(url.sourceBytes)
        } else if let data = block["source"]?["data"] {
            dataURL(block["source"]?["media_type"]?.string ?? "image/png", data)
        } else {
            writer.string("")
        }
    }

    mutating func dataURL(_ type: String, _ data: JSONElement) {
        writer.beginString()
        writer.piece("data:\(type);base64,")
        writer.piece(data)
        writer.endString()
        mediaBytes += data.sourceBytes.count
    }
}
