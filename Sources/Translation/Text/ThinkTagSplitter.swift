/// Tells thinking from speaking in the text of models that write `<think>…</think>` before their answer. Only at the very
/// beginning: later on these letters are part of what is said.
package struct ThinkTagSplitter {
    package enum Kind: Equatable { case thinking, text }
    private enum Phase { case start, inside, between, outside }

    private static let opening = Array("<think>".utf8)
    private static let closing = Array("</think>".utf8)

    private var phase = Phase.start
    /// What may still become a tag.
    private var held: [UInt8] = []

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>, _ body: (Kind, [UInt8]) -> Void) {
        if phase == .outside {
            let text = Array(bytes)
            if !text.isEmpty { body(.text, text) }
            return
        }
        held += bytes
        if phase == .start { begin() }
        if phase == .inside { pass(body) }
        if phase == .between {
            // The empty lines between the two belong to neither.
            held = Array(held.drop { $0 == 0x0a || $0 == 0x0d })
            if !held.isEmpty { phase = .outside }
        }
        if phase == .outside { flush(body) }
    }

    package mutating func finish(_ body: (Kind, [UInt8]) -> Void) {
        let kind: Kind = phase == .inside ? .thinking : .text
        if !held.isEmpty { body(kind, held) }
        held = []
        phase = .outside
    }

    private mutating func begin() {
        let text = held.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d }
        if text.starts(with: Self.opening) {
            held = Array(text.dropFirst(Self.opening.count))
            phase = .inside
        } else if !Self.opening.starts(with: text) {
            phase = .outside
        }
    }

    private mutating func pass(_ body: (Kind, [UInt8]) -> Void) {
        var index = 0
        while index < held.count {
            let rest = held[index...]
            if rest.first == Self.closing[0] {
                if rest.starts(with: Self.closing) {
                    if index > 0 { body(.thinking, Array(held[..<index])) }
                    held.removeSubrange(..<(index + Self.closing.count))
                    phase = .between
                    return
                }
                if Self.closing.starts(with: rest) { break }
            }
            index += 1
        }
        if index > 0 { body(.thinking, Array(held[..<index])) }
        held.removeSubrange(..<index)
    }

    private mutating func flush(_ body: (Kind, [UInt8]) -> Void) {
        if !held.isEmpty { body(.text, held) }
        held = []
    }
}
