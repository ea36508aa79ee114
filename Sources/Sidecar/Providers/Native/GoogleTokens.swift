internal import HTTP
internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// Asks Google for tokens.
struct GoogleTokens: Sendable {
    let provider: String
    let credentials: Result<GoogleCredentials, GoogleCredentials.Problem>
    let target: UpstreamTarget?

    private static let answerBytesMax = 1 << 20
    private static let time = TimeSpan.seconds(20)

    func ask(_ client: UpstreamClient) async -> Result<TokenKeeper.Loan, APIError> {
        do throws(GoogleCredentials.Problem) {
            let credentials = try self.credentials.get()
            guard let target else { throw GoogleCredentials.Problem(reason: "there is no address to ask for a token") }
            let answer = await WebExchange.run(
                try request(credentials), to: target, by: client, bytesMax: Self.answerBytesMax, within: Self.time)
            switch answer {
            case .success(let answer): return .success(try token(answer))
            case .failure(.transfer(let error)):
                return .failure(
                    APIError(502, .api, "provider \(provider): \(target.baseURL) gave no token: \(error)"))
            case .failure:
                return .failure(
                    APIError(504, .timeout, "provider \(provider): \(target.baseURL) gave no token in time"))
            }
        } catch {
            return .failure(APIError(401, .authentication, "provider \(provider): \(error.reason)"))
        }
    }

    private func request(_ credentials: GoogleCredentials) throws(GoogleCredentials.Problem) -> UpstreamRequest {
        let path = credentials.tokenAddress.path
        if case .metadata = credentials {
            return UpstreamRequest(
                method: "GET", target: path, fields: ["Metadata-Flavor": "Google", "User-Agent": Version.userAgent],
                body: .none)
        }
        let form = try credentials.tokenForm(now: TokenKeeper.now())
        let text = form.map { "\($0.0)=\(PathStep.escaped($0.1))" }.joined(separator: "&")
        return UpstreamRequest(
            post: path,
            ["Content-Type": "application/x-www-form-urlencoded", "User-Agent": Version.userAgent], Array(text.utf8))
    }

    private func token(_ answer: WebExchange.Answer) throws(GoogleCredentials.Problem) -> TokenKeeper.Loan {
        let value = try? JSONValue(parsing: answer.body)
        if answer.head.status == 200, let text = value?["access_token"]?.string, !text.isEmpty {
            return TokenKeeper.Loan(value: Secret(text), seconds: max(1, value?["expires_in"]?.int ?? 3600))
        }
        // Its own words name the trouble, and no secret.
        let words = [value?["error"]?.string, value?["error_description"]?.string].compactMap(\.self)
        throw GoogleCredentials.Problem(
            reason: "no token was given: HTTP \(answer.head.status) \(words.joined(separator: ": "))")
    }
}
