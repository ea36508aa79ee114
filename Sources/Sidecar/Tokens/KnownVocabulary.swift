internal import Translation

/// A vocabulary that its maker publishes: where it is, what it must be, and whose models it belongs to.
struct KnownVocabulary: Sendable {
    let name: String
    let pattern: TokenPattern
    let sha256: String

    static let all = [
        KnownVocabulary(
            name: "o200k_base", pattern: .o200k,
            sha256: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
        KnownVocabulary(
            name: "cl100k_base", pattern: .cl100k,
            sha256: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
        KnownVocabulary(
            name: "p50k_base", pattern: .gpt2,
            sha256: "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069"),
        KnownVocabulary(
            name: "r50k_base", pattern: .gpt2,
            sha256: "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"),
    ]

    static func named(_ name: String) -> KnownVocabulary? { all.first { $0.name == name } }

    var url: String { "https://openaipublic.blob.core.windows.net/encodings/\(name).tiktoken" }

    /// The one of OpenAI's models of this name; that of its newest ones for everybody else's, which comes nearer to
    /// most of them than any rule of thumb.
    static func of(_ model: String) -> KnownVocabulary {
        let name = model.split(separator: "/").last.map(String.init) ?? model
        let isOlder =
            ["gpt-4", "gpt-3.5", "gpt-35"].contains { name.hasPrefix($0) }
            && !["gpt-4o", "gpt-4.1", "gpt-4.5"].contains { name.hasPrefix($0) }
        return all[isOlder ? 1 : 0]
    }

    /// Whether its counts are the model's own.
    static func isExact(_ model: String) -> Bool {
        let name = model.split(separator: "/").last ?? ""
        return ["gpt-", "o1", "o3", "o4", "chatgpt-", "codex-"].contains { name.hasPrefix($0) }
    }

    static func folder(_ environment: [String: String]) -> String? {
        Places.state(environment).map { $0 + "/tokens" }
    }

    func path(_ environment: [String: String]) -> String? {
        Self.folder(environment).map { "\($0)/\(name).tiktoken" }
    }
}

extension TokenPattern {
    /// By the names that such files have.
    init(fileName: String) {
        let name = fileName.split(separator: "/").last ?? ""
        if name.contains("cl100k") {
            self = .cl100k
        } else if ["50k", "gpt2", "gpt-2"].contains(where: { name.contains($0) }) {
            self = .gpt2
        } else {
            self = .o200k
        }
    }
}
