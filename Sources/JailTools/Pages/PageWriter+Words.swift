internal import Addresses
internal import CGumbo

/// What stands in a line: marks, links, images.
extension PageWriter {
    mutating func words(_ node: HTMLNode, _ depth: Int) {
        switch node.tag {
        case GUMBO_TAG_STRONG, GUMBO_TAG_B: marked("**", node, depth)
        case GUMBO_TAG_EM, GUMBO_TAG_I, GUMBO_TAG_CITE, GUMBO_TAG_DFN, GUMBO_TAG_VAR: marked("*", node, depth)
        case GUMBO_TAG_DEL, GUMBO_TAG_S, GUMBO_TAG_STRIKE: marked("~~", node, depth)
        case GUMBO_TAG_Q: marked("\"", node, depth)
        case GUMBO_TAG_CODE, GUMBO_TAG_KBD, GUMBO_TAG_SAMP, GUMBO_TAG_TT: codeWords(node)
        case GUMBO_TAG_A: link(node, depth)
        case GUMBO_TAG_IMG, GUMBO_TAG_IMAGE: image(node)
        case GUMBO_TAG_BR: output.breakLine()
        case GUMBO_TAG_SUP: raised("^", node, depth)
        case GUMBO_TAG_SUB: raised("_", node, depth)
        case GUMBO_TAG_RT:
            output.begin(" (")
            blocks(node, depth)
            output.end(")")
        case GUMBO_TAG_INPUT:
            // The box before a task.
            if node.attribute("type")?.lowercased() == "checkbox" {
                output.verbatim(node.attribute("checked") == nil ? "[ ]" : "[x]")
                output.text(" ")
            }
        case GUMBO_TAG_MATH:
            if let formula = node.attribute("alttext") { code(formula) } else { blocks(node, depth) }
        default: blocks(node, depth)
        }
    }

    /// Marks cannot reach from one block into another: where there are blocks inside, they are left out.
    mutating func marked(_ mark: String, _ node: HTMLNode, _ depth: Int) {
        if node.children.contains(where: { Self.isBlock($0.tag) }) { return blocks(node, depth) }
        output.begin(mark)
        blocks(node, depth)
        output.end(mark)
    }

    /// `x^2`; a footnote, or what has words of its own, needs no mark.
    private mutating func raised(_ mark: String, _ node: HTMLNode, _ depth: Int) {
        let text = node.plainText(bytesMax: 16)
        let isShort = text.utf8.count <= 4 && !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x5B }
        if isShort, node.first(where: { $0.tag == GUMBO_TAG_A }) == nil { output.begin(mark) } else { output.begin("") }
        blocks(node, depth)
        output.end("")
    }

    private mutating func codeWords(_ node: HTMLNode) { code(node.plainText(bytesMax: output.bytesMax)) }

    private mutating func code(_ text: String) {
        var words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if words.isEmpty { return }
        if output.escapesBars { words = words.replacing("|", with: "\\|") }
        let fence = String(repeating: "`", count: MarkdownWriter.longestRun(of: 0x60, in: words) + 1)
        let space = words.hasPrefix("`") || words.hasSuffix("`") ? " " : ""
        if text.first?.isWhitespace == true { output.text(" ") }
        output.verbatim(fence + space + words + space + fence)
        if text.last?.isWhitespace == true { output.text(" ") }
    }

    // MARK: Links

    private mutating func link(_ node: HTMLNode, _ depth: Int) {
        guard let written = node.attribute("href"), let target = address(written), !isLinking else {
            // A place in the page itself, and what is no address: the words alone, unless they are only a sign.
            if node.attribute("href")?.hasPrefix("#") == true, Self.isSign(node.plainText(bytesMax: 16)) { return }
            return blocks(node, depth)
        }
        isLinking = true
        output.begin("[")
        output.beginOneLine()
        blocks(node, depth)
        output.endOneLine()
        output.end("](\(target))")
        isLinking = false
    }

    /// What stands behind headings, for those who want to link to them.
    private static func isSign(_ text: String) -> Bool {
        let text = text.filter { !$0.isWhitespace }
        return text.isEmpty || ["#", "¶", "§", "🔗"].contains(text)
    }

    /// nil for what a reader cannot follow.
    private func address(_ written: String) -> String? {
        let link = WebReference(written).resolved(against: base)
        guard let scheme = link.scheme, ["https", "http", "mailto", "ftp"].contains(scheme) else { return nil }
        if link.fragment != nil, link.withoutFragment == page { return nil }
        let text = PercentText.sendable(link.text)
        // Markdown counts the brackets.
        return text.utf8.count > Self.addressBytesMax
            ? nil : text.replacing("(", with: "%28").replacing(")", with: "%29")
    }

    private static let addressBytesMax = 2000

    private mutating func image(_ node: HTMLNode) {
        let words = (node.attribute("alt") ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if words.isEmpty { return }
        let written = node.attribute("src") ?? ""
        // Pictures written into the page itself are of no use as text.
        let isInPage = written.prefix(5).lowercased() == "data:"
        let target = isInPage ? node.attribute("data-src").flatMap(address) : address(written)
        output.begin("![")
        output.text(words)
        output.end("](\(target ?? ""))")
    }
}

extension WebReference {
    var withoutFragment: String {
        var reference = self
        reference.fragment = nil
        return reference.text
    }
}
