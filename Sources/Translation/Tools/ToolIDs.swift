/// Ids of tool calls. Upstreams make them of any shape (`functions.Bash:0`, `call_a/1`), and Anthropic's API takes letters,
/// digits, dashes and underscores only; what a client has seen once must lead back to the upstream's own.
enum ToolIDs {
    private static let mark = "toolu_x_"
    static let clientBytesMax = 128
    /// Of an id that is written anew. Who takes no more wants exactly so many letters and digits, as Mistral does.
    private static let hashedBytes = "call_".utf8.count + 16

    /// What the client gets for an upstream's id.
    static func forClient(_ id: String) -> String {
        let isFit =
            id.utf8.count <= clientBytesMax && !id.hasPrefix(mark)
            && id.utf8.allSatisfy { ToolNames.isFit(CollectionOfOne($0)) }
        return isFit ? id : mark + Base64URL.encode(id.utf8)
    }

    /// Whether `forUpstream` would leave it as it is.
    static func isFitForUpstream(_ id: UnsafeBufferPointer<UInt8>, bytesMax: Int) -> Bool {
        bytesMax >= hashedBytes && id.count <= bytesMax && !hasMark(id)
    }

    private static func hasMark(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
        let mark = StaticString("toolu_x_")
        guard id.count >= mark.utf8CodeUnitCount else { return false }
        for place in 0..<mark.utf8CodeUnitCount where id[place] != mark.utf8Start[place] { return false }
        return true
    }

    /// What the upstream gets for a client's id: its own where it made it, else one that it takes. Both a call and its
    /// result come through here, so they still belong together.
    static func forUpstream(_ id: String, bytesMax: Int) -> String {
        var own = id
        if id.hasPrefix(mark), let bytes = Base64URL.decode(id.dropFirst(mark.count)) {
            own = String(decoding: bytes, as: UTF8.self)
        }
        if bytesMax < hashedBytes {
            let isFit = own.utf8.count == bytesMax && own.utf8.allSatisfy { ToolNames.isLetterOrDigit($0) }
            return isFit ? own : String(StableHash.text(own.utf8).prefix(bytesMax))
        }
        return own.utf8.count <= bytesMax ? own : "call_" + StableHash.text(own.utf8)
    }
}
