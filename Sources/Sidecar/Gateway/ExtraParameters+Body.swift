internal import JSON
internal import LinuxSystem
internal import Translation

extension ExtraParameters {
    /// Puts them into a body that is about to be sent. What is no JSON stays as it is: somebody else complains.
    static func add(_ parameters: JSONObject?, to body: ByteBuffer, _ parser: JSONParser) {
        guard let parameters, !parameters.isEmpty, let root = try? parser.parse(body.readable).root, root.isObject
        else {
            return
        }
        for insertion in insertions(parameters, into: root).reversed() {
            insertion.bytes.withUnsafeBytes { body.replace(insertion.place..<insertion.place, with: $0) }
        }
    }
}
