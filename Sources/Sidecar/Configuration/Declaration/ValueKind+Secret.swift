internal import YAML

extension ValueKind<Secret> {
    /// A key or token: never quoted, and fit to stand in an HTTP header.
    static var secret: ValueKind {
        ValueKind(
            name: "secret", schema: .text,
            decode: { node, path, reader in
                guard let text = reader.text(node, path) else { return nil }
                guard !text.isEmpty else {
                    reader.report(
                        node.position, path, "is empty\(reader.originOfText(node)); leave the key out instead")
                    return nil
                }
                guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), text.first != " ", text.last != " " else {
                    reader.report(
                        node.position, path, "holds a line break, a blank at an end, or something that is not ASCII")
                    return nil
                }
                return Secret(text)
            },
            show: { .text($0.description) })
    }
}
