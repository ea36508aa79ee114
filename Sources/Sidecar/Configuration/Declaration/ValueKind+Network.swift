internal import YAML

extension ValueKind<ListenAddress> {
    static var listenAddress: ValueKind {
        parsed("address", .text, ListenAddress.parse, show: { .text($0.description) })
    }
}

extension ValueKind<BaseURL> {
    static var baseURL: ValueKind { unquoted("URL", BaseURL.parse) { .text($0.description) } }
    static var versionedBaseURL: ValueKind { unquoted("URL", BaseURL.parseVersioned) { .text($0.description) } }
}

extension ValueKind<ProxySetting> {
    static var proxy: ValueKind { unquoted("proxy", ProxySetting.parse) { .text($0.shown) } }
}

extension ValueKind {
    /// Like `parsed`, for texts that may hold a password: a message never repeats them.
    fileprivate static func unquoted(
        _ name: String, _ parse: @escaping (String) throws(ValueError) -> Value, show: @escaping (Value) -> Shown
    ) -> ValueKind {
        ValueKind(
            name: name, schema: .text,
            decode: { node, path, reader in
                guard let text = reader.text(node, path) else { return nil }
                do throws(ValueError) {
                    return try parse(text)
                } catch {
                    reader.report(node.position, path, error.message)
                    return nil
                }
            },
            show: show)
    }
}

extension ValueKind<String> {
    /// The name of a header.
    static var fieldName: ValueKind {
        parsed(
            "name of a header", .text,
            { text throws(ValueError) in
                guard ValueKind<[ProviderHeader]>.canBeSet(text) else {
                    throw ValueError("is no header that can be set")
                }
                return text
            },
            show: { .text($0) })
    }
}

extension ValueKind<[ProviderHeader]> {
    /// Names that would break the framing or the connection, which are not the user's to set.
    private static let reserved: Set<String> = [
        "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    static var headers: ValueKind {
        let secret = ValueKind<Secret>.secret
        return ValueKind(
            name: "map of headers", schema: .map(.text),
            decode: { node, path, reader in
                guard let entries = node.mapping else {
                    reader.report(
                        node.position, path, "takes a map of header names to values; this is \(node.kindName)")
                    return nil
                }
                return entries.compactMap { entry in
                    let entryPath = "\(path).\(entry.key)"
                    guard canBeSet(entry.key) else {
                        reader.report(entry.keyPosition, entryPath, "`\(entry.key)` is no header that can be set")
                        return nil
                    }
                    return secret.decode(entry.value, entryPath, &reader).map { value in
                        reader.note(entryPath, entry.keyPosition)
                        return ProviderHeader(name: entry.key, value: value)
                    }
                }
            },
            show: { .map($0.map { Shown.Member(name: $0.name, value: .text($0.value.description)) }) })
    }

    fileprivate static func canBeSet(_ name: String) -> Bool { isToken(name) && !reserved.contains(name.lowercased()) }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar))
            }
    }
}
