internal import Addresses
internal import CGumbo

/// Walks a page and writes it as Markdown: what stands in blocks. Words, links and marks are in `PageWriter+Words`.
struct PageWriter {
    var output: MarkdownWriter
    let base: WebReference
    let page: String
    let skipsSurroundings: Bool
    /// In what the page calls its content, where a heading's or a note's frame belongs to it.
    var isInContent = false
    /// In a link, which cannot hold another.
    var isLinking = false
    private var listDepth = 0

    /// Deeper, only words are left: nobody nests so deep by hand, and a hostile page must not end the stack.
    static let depthMax = 200

    init(base: WebReference, page: String, bytesMax: Int, skipsSurroundings: Bool) {
        output = MarkdownWriter(bytesMax: bytesMax)
        self.base = base
        self.page = WebReference(page).withoutFragment
        self.skipsSurroundings = skipsSurroundings
    }

    var finished: String {
        let bytes = output.bytes.reversed().drop { $0 == 0x0A || $0 == 0x20 }.reversed()
        return String(decoding: Array(bytes), as: UTF8.self)
    }

    mutating func blocks(_ node: HTMLNode, _ depth: Int) {
        if depth > Self.depthMax { return output.text(node.plainText(bytesMax: output.bytesMax)) }
        for child in node.children where !output.isCut { block(child, depth + 1) }
    }

    private mutating func block(_ node: HTMLNode, _ depth: Int) {
        if node.kind == .text { return output.text(node.text) }
        guard node.kind == .element, !isHidden(node), !isSurroundings(node) else { return }
        switch node.tag {
        case GUMBO_TAG_H1: heading(node, 1, depth)
        case GUMBO_TAG_H2: heading(node, 2, depth)
        case GUMBO_TAG_H3: heading(node, 3, depth)
        case GUMBO_TAG_H4: heading(node, 4, depth)
        case GUMBO_TAG_H5: heading(node, 5, depth)
        case GUMBO_TAG_H6: heading(node, 6, depth)
        case GUMBO_TAG_PRE, GUMBO_TAG_LISTING, GUMBO_TAG_XMP, GUMBO_TAG_PLAINTEXT: code(node, depth)
        case GUMBO_TAG_UL, GUMBO_TAG_OL, GUMBO_TAG_MENU, GUMBO_TAG_DIR: list(node, depth)
        case GUMBO_TAG_LI: item(node, "- ", depth)
        case GUMBO_TAG_DT: paragraph(node, depth, blank: false)
        case GUMBO_TAG_DD:
            output.endLine(blank: false)
            output.stayClose()
            output.indent(": ", "  ")
            blocks(node, depth)
            output.outdent()
        case GUMBO_TAG_BLOCKQUOTE:
            paragraphEnd()
            output.indent("> ", "> ")
            blocks(node, depth)
            output.outdent()
            paragraphEnd()
        case GUMBO_TAG_TABLE: table(node, depth)
        case GUMBO_TAG_HR:
            paragraphEnd()
            if output.lineDepth == 0, !output.isEmpty { output.verbatim("---") }
            paragraphEnd()
        case GUMBO_TAG_SUMMARY, GUMBO_TAG_LEGEND, GUMBO_TAG_CAPTION:
            paragraphEnd()
            marked("**", node, depth)
            paragraphEnd()
        case GUMBO_TAG_TR: paragraph(node, depth, blank: false)
        case _ where Self.blockTags.contains(node.tag.rawValue): paragraph(node, depth, blank: true)
        default: words(node, depth)
        }
    }

    private mutating func paragraphEnd() { output.endLine(blank: true) }

    private mutating func paragraph(_ node: HTMLNode, _ depth: Int, blank: Bool) {
        let wasInContent = isInContent
        isInContent = isInContent || node.tag == GUMBO_TAG_ARTICLE
        // A `<div>` is often no more than a line; only paragraphs and parts of a page stand apart.
        let standsApart = blank && node.tag != GUMBO_TAG_DIV
        output.endLine(blank: standsApart)
        blocks(node, depth)
        output.endLine(blank: standsApart)
        isInContent = wasInContent
    }

    private mutating func heading(_ node: HTMLNode, _ level: Int, _ depth: Int) {
        if output.lineDepth > 0 { return paragraph(node, depth, blank: true) }
        paragraphEnd()
        output.begin(String(repeating: "#", count: level) + " ")
        output.beginOneLine()
        blocks(node, depth)
        output.endOneLine()
        output.end("")
        paragraphEnd()
    }

    // MARK: Code

    private mutating func code(_ node: HTMLNode, _ depth: Int) {
        let text = node.plainText(bytesMax: output.bytesMax)
        if output.lineDepth > 0 { return output.text(text) }
        output.fence(text, language: CodeLanguage.of(node))
    }

    // MARK: Lists

    private mutating func list(_ node: HTMLNode, _ depth: Int) {
        if output.lineDepth > 0 { return blocks(node, depth) }
        output.endLine(blank: listDepth == 0)
        listDepth += 1
        var number = node.tag == GUMBO_TAG_OL ? node.number("start") ?? 1 : nil
        for child in node.children where !output.isCut {
            guard child.tag == GUMBO_TAG_LI else {
                block(child, depth + 1)
                continue
            }
            if isHidden(child) { continue }
            number = number.map { child.number("value") ?? $0 }
            item(child, number.map { "\($0). " } ?? "- ", depth + 1)
            number = number.map { $0 &+ 1 }
        }
        listDepth -= 1
        paragraphEnd()
    }

    private mutating func item(_ node: HTMLNode, _ mark: String, _ depth: Int) {
        if output.lineDepth > 0 {
            output.endLine(blank: false)
            return blocks(node, depth)
        }
        output.endLine(blank: false)
        // A list's first item stands apart from what is before it, as the list does.
        if !node.isFirstElement { output.stayClose() }
        output.indent(mark, String(repeating: " ", count: mark.utf8.count))
        blocks(node, depth)
        output.stayClose()
        output.outdent()
    }

    // MARK: Tables

    private mutating func table(_ node: HTMLNode, _ depth: Int) {
        guard output.lineDepth == 0, let table = PageTable(node) else {
            paragraphEnd()
            blocks(node, depth)
            return paragraphEnd()
        }
        paragraphEnd()
        if let caption = table.caption { block(caption, depth + 1) }
        for (index, row) in table.rows.enumerated() where !output.isCut {
            output.verbatim("| " + row.map { cell($0, depth) }.joined(separator: " | ") + " |")
            output.endLine(blank: false)
            if index == 0 {
                output.verbatim("|" + row.map { _ in " --- |" }.joined())
                output.endLine(blank: false)
            }
        }
        paragraphEnd()
    }

    private func cell(_ node: HTMLNode?, _ depth: Int) -> String {
        guard let node else { return "" }
        var inner = self
        inner.output = MarkdownWriter(bytesMax: output.bytesMax - output.bytes.count)
        inner.output.escapesBars = true
        inner.output.beginOneLine()
        inner.blocks(node, depth + 1)
        return inner.finished
    }

    // MARK: What is left out

    private func isHidden(_ node: HTMLNode) -> Bool {
        if Self.silentTags.contains(node.tag.rawValue) { return true }
        if node.attribute("hidden") != nil || node.attribute("aria-hidden") == "true" { return true }
        guard let style = node.attribute("style") else { return false }
        let packed = style.lowercased().filter { !$0.isWhitespace }
        return packed.contains("display:none") || packed.contains("visibility:hidden")
    }

    private func isSurroundings(_ node: HTMLNode) -> Bool {
        guard skipsSurroundings else { return false }
        switch node.tag {
        case GUMBO_TAG_NAV: return true
        case GUMBO_TAG_FOOTER, GUMBO_TAG_ASIDE: return !isInContent
        default: break
        }
        switch node.attribute("role") {
        case "navigation", "search", "menu", "menubar", "banner", "contentinfo": return true
        default: return false
        }
    }

    private static let silentTags = Set(
        [
            GUMBO_TAG_HEAD, GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_NOSCRIPT, GUMBO_TAG_TEMPLATE, GUMBO_TAG_IFRAME,
            GUMBO_TAG_OBJECT, GUMBO_TAG_EMBED, GUMBO_TAG_APPLET, GUMBO_TAG_CANVAS, GUMBO_TAG_SVG, GUMBO_TAG_BUTTON,
            GUMBO_TAG_SELECT, GUMBO_TAG_TEXTAREA, GUMBO_TAG_DATALIST, GUMBO_TAG_AUDIO, GUMBO_TAG_VIDEO, GUMBO_TAG_MAP,
            GUMBO_TAG_FRAMESET, GUMBO_TAG_NOFRAMES, GUMBO_TAG_NOEMBED, GUMBO_TAG_RP,
        ].map(\.rawValue))

    private static let blockTags = Set(
        [
            GUMBO_TAG_HTML, GUMBO_TAG_BODY, GUMBO_TAG_ARTICLE, GUMBO_TAG_SECTION, GUMBO_TAG_NAV, GUMBO_TAG_ASIDE,
            GUMBO_TAG_HGROUP, GUMBO_TAG_HEADER, GUMBO_TAG_FOOTER, GUMBO_TAG_ADDRESS, GUMBO_TAG_P, GUMBO_TAG_DL,
            GUMBO_TAG_FIGURE, GUMBO_TAG_FIGCAPTION, GUMBO_TAG_MAIN, GUMBO_TAG_DIV, GUMBO_TAG_FORM, GUMBO_TAG_FIELDSET,
            GUMBO_TAG_DETAILS, GUMBO_TAG_CENTER, GUMBO_TAG_TBODY, GUMBO_TAG_THEAD, GUMBO_TAG_TFOOT, GUMBO_TAG_TD,
            GUMBO_TAG_TH,
        ].map(\.rawValue))

    /// Whether words and marks can stand around it.
    static func isBlock(_ tag: GumboTag) -> Bool {
        blockTags.contains(tag.rawValue) || otherBlockTags.contains(tag.rawValue)
    }

    private static let otherBlockTags = Set(
        [
            GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6, GUMBO_TAG_PRE,
            GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_OL, GUMBO_TAG_UL, GUMBO_TAG_LI, GUMBO_TAG_DT, GUMBO_TAG_DD, GUMBO_TAG_TABLE,
            GUMBO_TAG_HR,
        ].map(\.rawValue))
}
