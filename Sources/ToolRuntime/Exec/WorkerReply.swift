package import JSON

/// What a worker says of a request. It has read what nobody vouches for, so nothing in here is believed before it is looked at.
package struct WorkerReply: Sendable {
    package struct Seen: Sendable, Equatable {
        package let path: String
        package let hash: String
        /// All of it, and not only a part.
        package let isWhole: Bool
    }

    package let isError: Bool
    package let code: String?
    package let content: [ToolContent]
    package let structured: JSONValue
    package let seen: [Seen]
    /// The paths of files that are different now, each with its new hash.
    package let changed: [Seen]
    /// What came beside the JSON.
    package var blob: [UInt8] = []

    package struct Broken: Error, Equatable { package let reason: String }

    private static let listMax = 64

    package init(_ json: JSONValue) throws(Broken) {
        guard let isError = json["is_error"]?.bool else { throw Broken(reason: "no `is_error`") }
        self.isError = isError
        let code = json["code"] ?? .null
        guard code.isNull || code.string.map(Self.isCode) == true else { throw Broken(reason: "`code` is none") }
        self.code = code.string
        content = try Self.list(json["content"], "content").map(Self.content)
        let structured = json["structured"] ?? .null
        guard structured.isNull || structured.object != nil else { throw Broken(reason: "`structured` is no object") }
        self.structured = structured.isNull ? [:] : structured
        seen = try Self.list(json["seen"], "seen").map { value throws(Broken) in try Self.seen(value, "hash") }
        changed = try Self.list(json["changed"], "changed").map { value throws(Broken) in try Self.seen(value, "after")
        }
    }

    private static func list(_ value: JSONValue?, _ name: String) throws(Broken) -> [JSONValue] {
        guard let value, !value.isNull else { return [] }
        guard let list = value.array, list.count <= listMax else {
            throw Broken(reason: "`\(name)` is no list, or too long")
        }
        return list
    }

    private static func content(_ value: JSONValue) throws(Broken) -> ToolContent {
        switch value["type"]?.string {
        case "text":
            if let text = value["text"]?.string { return .text(text) }
        case "image":
            if let type = value["media_type"]?.string, let data = value["data"]?.string,
                ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(type), isBase64(data)
            {
                return .image(mediaType: type, base64: data)
            }
        default: break
        }
        throw Broken(reason: "a piece of `content` is neither text nor image")
    }

    private static func seen(_ value: JSONValue, _ hashKey: String) throws(Broken) -> Seen {
        guard let path = value["path"]?.string, path.hasPrefix("/"), !path.utf8.contains(0), path.utf8.count <= 4096,
            let hash = value[hashKey]?.string, isHash(hash)
        else { throw Broken(reason: "a file without path or hash") }
        return Seen(path: path, hash: hash, isWhole: value["whole"]?.bool ?? true)
    }

    /// What it is a hash by is the worker's business; here it is kept, and handed back.
    private static func isHash(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isCode(_ code: String) -> Bool {
        (1...64).contains(code.utf8.count) && code.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
    }

    private static func isBase64(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
            default: false
            }
        }
    }
}
