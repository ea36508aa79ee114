internal import Addresses
internal import CGumbo

/// A page as Markdown: what a reader of it would see, without what is around it.
package struct PageMarkdown {
    package var title = ""
    package var text = ""
    /// There was more than fits.
    package var isCut = false

    /// Of what is converted; more is left out, and said to be.
    package static let bytesMax = 2 << 20

    /// - address: of the page itself, for its links.
    package static func of(_ utf8: [UInt8], at address: String, bytesMax: Int = bytesMax) -> PageMarkdown {
        HTMLTree.with(utf8) { document in
            var page = PageMarkdown()
            if let title = document.first(where: { $0.tag == GUMBO_TAG_TITLE && !$0.isForeign }) {
                page.title = title.plainText(bytesMax: titleBytesMax).split(whereSeparator: \.isWhitespace)
                    .joined(separator: " ")
            }
            var base = WebReference(address)
            if let said = document.first(where: { $0.tag == GUMBO_TAG_BASE })?.attribute("href") {
                let resolved = WebReference(said).resolved(against: base)
                if resolved.scheme == "https" || resolved.scheme == "http" { base = resolved }
            }
            // The part that the page itself calls its content, then all of it, then also what looks like surroundings.
            let content = document.first { $0.isMainContent }
            for (root, skips) in [(content, true), (document, true), (document, false)] {
                guard let root else { continue }
                var writer = PageWriter(base: base, page: address, bytesMax: bytesMax, skipsSurroundings: skips)
                writer.isInContent = root.tag != GUMBO_TAG_LAST
                writer.blocks(root, 0)
                page.text = writer.finished
                page.isCut = writer.output.isCut
                if !page.text.isEmpty { break }
            }
            return page
        } ?? PageMarkdown()
    }

    private static let titleBytesMax = 1000
}

extension HTMLNode {
    fileprivate var isMainContent: Bool { tag == GUMBO_TAG_MAIN || attribute("role") == "main" }
}
