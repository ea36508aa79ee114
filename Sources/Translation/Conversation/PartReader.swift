internal import JSON

/// What an API takes inside of messages besides text.
struct PartTraits: Sendable {
    var takesImages = true
    /// Images and PDFs by their address, which the provider fetches itself.
    var takesURLs = true
    var takesPDF = true
    var takesCacheMarks = false
}

/// Reads the blocks of a message. What the provider does not take is said in its place, so that the model knows that
/// something was there.
struct PartReader {
    let provider: String
    let traits: PartTraits
    var leftOut = LeftOut()
    /// Bytes of pictures and papers, which cost by their size on the page and not by their letters.
    var mediaBytes = 0

    init(provider: String, traits: PartTraits) {
        self.provider = provider
        self.traits = traits
    }

    // MARK: System

    mutating func system(_ system: JSONElement?) -> [MessagePart] {
        guard let system else { return [] }
        var parts: [MessagePart] = []
        system.forEachBlock(
            text: { if !$0.isBlankText { parts.append(.text($0)) } },
            block: { block in
                if AttributionLine.isIn(block) {
                    leftOut.note(.attributionLine)
                } else {
                    read(PickedBlock(block), into: &parts)
                }
            })
        return parts
    }

    // MARK: Blocks

    mutating func content(_ content: JSONElement?, into parts: inout [MessagePart]) {
        content?.forEachBlock(
            text: { if !$0.isBlankText { parts.append(.text($0)) } }, block: { read(PickedBlock($0), into: &parts) })
    }

    /// The parts of a block that is no call and no result.
    mutating func read(_ block: PickedBlock, into parts: inout [MessagePart]) {
        let element = block.element
        switch block.kind {
        case .text:
            guard let text = block.text, !text.isBlankText else { return }
            if let citations = block.citations, citations.count > 0 { leftOut.note(.citations) }
            parts.append(.text(text))
        case .image: image(element, into: &parts)
        case .document: document(element, into: &parts)
        case .searchResult:
            leftOut.note(.citations)
            parts.append(.note("\(element["title"]?.string ?? "search result") (\(element["source"]?.string ?? ""))"))
            content(block.content, into: &parts)
        case .toolReference: parts.append(.note("Tool loaded: \(element["tool_name"]?.string ?? "")"))
        case .serverToolUse:
            leftOut.note(.serverToolBlocks)
            parts.append(
                .note("[\(block.name?.string ?? "tool") was called with \(block.input?.sourceText ?? "{}")]"))
        case .serverToolResult:
            leftOut.note(.serverToolBlocks)
            parts.append(.note(ServerToolText.describe(element)))
        case .thinking, .redactedThinking, .toolUse, .toolResult: return
        case .other: leftOut.note(.unknownBlock)
        }
        mark(block, &parts)
    }

    /// The block's own mark for the cache.
    mutating func mark(_ block: PickedBlock, _ parts: inout [MessagePart]) {
        guard let mark = block.cacheControl else { return }
        if traits.takesCacheMarks { parts.append(.cacheMark(mark)) } else { leftOut.note(.cacheControl) }
    }

    private mutating func image(_ block: JSONElement, into parts: inout [MessagePart]) {
        guard traits.takesImages else {
            leftOut.note(.imageInput)
            return parts.append(.note("[An image was here, which \(provider) does not take.]"))
        }
        guard let source = block["source"], isReachable(source) else {
            leftOut.note(.imageFile)
            return parts.append(.note("[An image was here, kept where \(provider) cannot see it.]"))
        }
        mediaBytes += source["data"]?.sourceBytes.count ?? 0
        parts.append(.image(source))
    }

    private func isReachable(_ source: JSONElement) -> Bool {
        if source["type"]?.equals("base64") == true { return source["data"]?.isString == true }
        return traits.takesURLs && source["type"]?.equals("url") == true && source["url"]?.isString == true
    }

    private mutating func document(_ block: JSONElement, into parts: inout [MessagePart]) {
        guard let source = block["source"] else { return }
        let title = block["title"]?.string ?? "document"
        if block["citations"]?["enabled"]?.bool == true { leftOut.note(.citations) }
        if let context = block["context"]?.string, !context.isEmpty { parts.append(.note(context)) }
        switch source["type"]?.string {
        case "text":
            parts.append(.note("\(title):"))
            if let data = source["data"], !data.isBlankText { parts.append(.text(data)) }
        case "content":
            parts.append(.note("\(title):"))
            content(source["content"], into: &parts)
        case "base64", "url":
            guard traits.takesPDF, traits.takesURLs || source["type"]?.equals("url") != true else {
                leftOut.note(.documentPDF)
                return parts.append(.note("[The PDF \"\(title)\" was here, which \(provider) does not take.]"))
            }
            guard isReachable(source) else { fallthrough }
            mediaBytes += source["data"]?.sourceBytes.count ?? 0
            parts.append(.document(source, name: title))
        default:
            leftOut.note(.documentFile)
            parts.append(.note("[The document \"\(title)\" was here, kept where \(provider) cannot see it.]"))
        }
    }
}

/// A line for Anthropic's accounting. It differs from session to session and stands before everything else, so no upstream
/// would find the rest of the prompt in its cache again.
enum AttributionLine {
    static func isIn(_ block: JSONElement) -> Bool {
        guard let text = block["text"]?.sourceBytes else { return false }
        let line = StaticString("\"x-anthropic-billing-header:")
        guard text.count >= line.utf8CodeUnitCount else { return false }
        return text.prefix(line.utf8CodeUnitCount).elementsEqual(
            UnsafeRawBufferPointer(start: line.utf8Start, count: line.utf8CodeUnitCount))
    }
}
