internal import CGumbo

/// A page as the standard's own parser understands it (gumbo), for as long as the closure runs.
enum HTMLTree {
    static func with<Result>(_ utf8: [UInt8], _ body: (HTMLNode) -> Result) -> Result? {
        let arena = PageArena()
        return withExtendedLifetime(arena) {
            var options = kGumboDefaultOptions
            options.userdata = Unmanaged.passUnretained(arena).toOpaque()
            options.allocator = { arena, count in
                Unmanaged<PageArena>.fromOpaque(arena!).takeUnretainedValue().take(count)
            }
            options.deallocator = { _, _ in }
            // Nobody reads them, and a hostile page has as many as bytes.
            options.max_errors = 0
            return utf8.withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { text -> Result? in
                    // An empty page has no address, which gumbo wants all the same.
                    guard let start = text.baseAddress,
                        let output = gumbo_parse_with_options(&options, start, text.count)
                    else { return nil }
                    return body(HTMLNode(output.pointee.document))
                }
            }
        }
    }
}

/// One node of it.
struct HTMLNode {
    private let node: UnsafeMutablePointer<GumboNode>

    init(_ node: UnsafeMutablePointer<GumboNode>) { self.node = node }

    enum Kind { case document, element, text, other }

    var kind: Kind {
        switch node.pointee.type {
        case GUMBO_NODE_DOCUMENT: .document
        case GUMBO_NODE_ELEMENT: .element
        case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE, GUMBO_NODE_CDATA: .text
        default: .other
        }
    }

    var tag: GumboTag {
        node.pointee.type == GUMBO_NODE_ELEMENT ? node.pointee.v.element.tag : GUMBO_TAG_LAST
    }

    /// Part of a drawing or a formula.
    var isForeign: Bool {
        node.pointee.type == GUMBO_NODE_ELEMENT && node.pointee.v.element.tag_namespace != GUMBO_NAMESPACE_HTML
    }

    /// Of a text, with its entities resolved.
    var text: String { kind == .text ? String(cString: node.pointee.v.text.text) : "" }

    var children: Children {
        switch kind {
        case .document: Children(node.pointee.v.document.children)
        case .element: Children(node.pointee.v.element.children)
        case .text, .other: Children(GumboVector())
        }
    }

    struct Children: Sequence {
        private let vector: GumboVector

        init(_ vector: GumboVector) { self.vector = vector }

        func makeIterator() -> some IteratorProtocol<HTMLNode> {
            (0..<Int(vector.length)).lazy.compactMap { [data = vector.data] index in
                data?[index].map { HTMLNode($0.assumingMemoryBound(to: GumboNode.self)) }
            }.makeIterator()
        }
    }

    /// Names are in lower case.
    func attribute(_ name: StaticString) -> String? {
        guard node.pointee.type == GUMBO_NODE_ELEMENT else { return nil }
        var attributes = node.pointee.v.element.attributes
        return name.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { name in
                // A static text ends in NUL.
                gumbo_get_attribute(&attributes, name.baseAddress).map { String(cString: $0.pointee.value) }
            }
        }
    }

    /// nil for the document.
    var parent: HTMLNode? { node.pointee.parent.map { HTMLNode($0) } }

    /// No element stands before it in its parent.
    var isFirstElement: Bool {
        guard let parent else { return true }
        for sibling in parent.children {
            if sibling.node == node { return true }
            if sibling.kind == .element { return false }
        }
        return true
    }

    func number(_ name: StaticString) -> Int? { attribute(name).flatMap { Int($0) } }

    /// The first element for which `matches` holds, without a call for every level.
    func first(where matches: (HTMLNode) -> Bool) -> HTMLNode? {
        var waiting = [self]
        while let node = waiting.popLast() {
            if matches(node) { return node }
            waiting += Array(node.children).reversed()
        }
        return nil
    }

    /// All the text inside, as it stands; `<br>` is a line break.
    func plainText(bytesMax: Int) -> String {
        var result = ""
        var waiting = [self]
        while let node = waiting.popLast(), result.utf8.count < bytesMax {
            if node.kind == .text { result += node.text }
            if node.tag == GUMBO_TAG_BR { result += "\n" }
            if [GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE].contains(node.tag) { continue }
            waiting += Array(node.children).reversed()
        }
        return result
    }
}
