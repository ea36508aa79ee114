internal import JSON
internal import Translation

/// The answer of a provider's own counter of tokens. It never streams.
final class CountAnswers: AnswerTranslation {
    typealias Reading = (_ root: JSONElement, _ status: Int) throws(UpstreamFailure) -> [UInt8]

    private let parser: JSONParser
    private let read: Reading

    init(_ parser: JSONParser, _ read: @escaping Reading) {
        self.parser = parser
        self.read = read
    }

    var failure: UpstreamFailure? { nil }
    var hasEnded: Bool { false }
    var signOfLife: String? { nil }
    var usage: TokenUsage? { TokenUsage() }

    func begin(_ output: (UnsafeRawBufferPointer) -> Void) {}
    func scan(_ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) -> Void) {}
    func end(cut: String?, _ output: (UnsafeRawBufferPointer) -> Void) {}

    func whole(status: Int, _ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> [UInt8] {
        let document: JSONDocument
        do {
            document = try parser.parse(copying: bytes)
        } catch {
            throw UpstreamFailure(notJSON: bytes, status: status, who: "the provider")
        }
        return try read(document.root, status)
    }
}

extension CountAnswers {
    convenience init(gemini provider: String, _ parser: JSONParser) {
        self.init(parser) { root, status throws(UpstreamFailure) in
            guard status == 200 else { throw GeminiFailure.read(root, status: status, provider: provider) }
            return try GeminiCount.body(root, provider: provider)
        }
    }
}
