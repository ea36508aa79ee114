internal import JSON
internal import LinuxSystem
internal import Synchronization
internal import Translation

/// The vocabularies that this machine has, each read when it is first asked for and kept from then on.
package final class Vocabularies: Sendable {
    /// How a count was made.
    enum Source: Equatable, Sendable {
        case file(path: String, TokenPattern, isExact: Bool)
        case none
    }

    /// A vocabulary of 200,000 tokens has 4 MB.
    static let bytesMax = 64 << 20

    private let configured: (path: String, pattern: TokenPattern)?
    private let environment: [String: String]
    private let read = Mutex<[String: Vocabulary]>([:])
    private let pool = BlockingPool(threads: 1)

    package init(_ configuration: Configuration.Tokens, environment: [String: String]) {
        configured = configuration.vocabulary.map { ($0, configuration.pattern ?? TokenPattern(fileName: $0)) }
        self.environment = environment
    }

    deinit { pool.close() }

    /// What the model's tokens can be told from. What was installed meanwhile counts.
    func source(for model: String) -> Source {
        if let configured { return .file(path: configured.path, configured.pattern, isExact: true) }
        let known = KnownVocabulary.of(model)
        guard let path = known.path(environment), File.exists(path) else { return .none }
        return .file(path: path, known.pattern, isExact: KnownVocabulary.isExact(model))
    }

    /// On a thread of its own the first time, because reading one takes a while.
    func vocabulary(_ source: Source) async throws(APIError) -> Vocabulary? {
        guard case .file(let path, let pattern, _) = source else { return nil }
        if let known = read.withLock({ $0[path] }) { return known }
        let result: Result<Vocabulary, APIError>
        do {
            result = try await pool.run { Self.load(path, pattern) }
        } catch {
            throw APIError(503, .overloaded, "the vocabulary \(path) is being read; ask again")
        }
        let vocabulary = try result.get()
        read.withLock { $0[path] = vocabulary }
        return vocabulary
    }

    /// On the same thread.
    func count(_ body: [UInt8], _ vocabulary: Vocabulary?) async throws(APIError) -> Int {
        let result: Result<Int, JSONError>
        do {
            result = try await pool.run {
                do throws(JSONError) {
                    return .success(
                        try JSONParser().parse(copying: body).withRoot {
                            RequestTokens.count($0, TokenCounter(vocabulary))
                        })
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw APIError(503, .overloaded, "too many requests are being counted; ask again")
        }
        do {
            return try result.get()
        } catch {
            throw APIError(400, .invalidRequest, "the request's body is not valid JSON: \(error)")
        }
    }

    static func load(_ path: String, _ pattern: TokenPattern) -> Result<Vocabulary, APIError> {
        do {
            let bytes = try File.read(path, limit: bytesMax)
            return .success(try bytes.withUnsafeBytes { try Vocabulary(tiktoken: $0, pattern) })
        } catch let error as SystemError {
            return .failure(APIError(500, .api, "the vocabulary \(path) cannot be read: \(error.reason)"))
        } catch {
            return .failure(APIError(500, .api, "the vocabulary \(path) is none in tiktoken's form: \(error)"))
        }
    }
}
