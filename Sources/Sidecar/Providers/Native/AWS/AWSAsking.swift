internal import HTTP
internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// Has keys given: by programs, by Amazon's services, by the servers nearby.
struct AWSAsking: Sendable {
    typealias Loan = LoanKeeper<AWSKey>.Loan
    typealias Problem = CredentialsProblem

    let provider: String
    let region: String
    let environment: [String: String]
    let reach: @Sendable (BaseURL, _ isNear: Bool) -> UpstreamTarget

    func ask(
        _ client: UpstreamClient, _ way: @Sendable () throws(CredentialsProblem) -> AWSWay
    ) async -> Result<Loan, APIError> {
        do throws(Problem) {
            return .success(try await loan(try way(), client))
        } catch {
            return .failure(APIError(401, .authentication, "provider \(provider): \(error.reason)"))
        }
    }

    private func loan(_ way: AWSWay, _ client: UpstreamClient) async throws(Problem) -> Loan {
        switch way {
        case .key(let key): return Loan(value: key, seconds: AWSKey.unboundedSeconds)
        case .process(let command): return try await AWSProgram(environment).run(command, on: client.loop)
        case .role(let role, let source):
            let key = try await loan(source, client).value
            return try await take(role, "AssumeRole", [], key, client)
        case .webIdentity(let role, let file):
            let token = try Self.read(file, "the token of the web identity")
            return try await take(
                role, "AssumeRoleWithWebIdentity", [("WebIdentityToken", token)], nil, client)
        case .login(let start, let region, let account, let role, let profile):
            let login = AWSLogin(start: start, profile: profile, environment: environment)
            return try await signedIn(try login.token(), region, account, role, profile, client)
        case .container(let place, let token, let file):
            var fields: HTTPFields = ["Accept": "application/json"]
            let shown = try file.map { (file) throws(Problem) in try Self.read(file, "the container's token") }
            if let shown = shown ?? token?.reveal() { fields.append("Authorization", shown) }
            let answer = try await get(place.withoutPath, place.path, fields, client)
            return try Self.key(answer, "the container's server")
        case .machine(let place): return try await machine(place, client)
        }
    }

    /// Written anew every hour or so, hence read each time.
    private static func read(_ path: String, _ what: String) throws(Problem) -> String {
        do throws(SystemError) {
            let text = String(decoding: try File.read(path, limit: 1 << 16), as: UTF8.self)
            return String(text.split(whereSeparator: \.isNewline).first ?? "")
        } catch {
            throw Problem(reason: "\(what), \(path), cannot be read: \(error.reason)")
        }
    }

    // MARK: Roles

    private func take(
        _ role: AWSRole, _ action: String, _ more: [(String, String)], _ key: AWSKey?, _ client: UpstreamClient
    ) async throws(Problem) -> Loan {
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        let place = try AWSWay.address(
            environment["AWS_ENDPOINT_URL_STS"] ?? "https://sts.\(region).\(domain)", "AWS_ENDPOINT_URL_STS")
        var form = [
            ("Action", action), ("Version", "2011-06-15"), ("RoleArn", role.arn), ("RoleSessionName", role.session),
        ]
        if let id = role.externalID { form.append(("ExternalId", id)) }
        if let seconds = role.seconds { form.append(("DurationSeconds", "\(seconds)")) }
        let text = (form + more).map { "\($0.0)=\(PathStep.escaped($0.1))" }.joined(separator: "&")
        var request = UpstreamRequest(
            post: "/",
            ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": Version.userAgent],
            Array(text.utf8))
        if let key { request.sign(key, region: region, service: "sts", at: place) }
        let answer = try await send(request, place, client)
        let xml = AWSMarkup(String(decoding: answer.body, as: UTF8.self))
        guard answer.head.status == 200,
            let given = AWSKey(id: xml["AccessKeyId"], secret: xml["SecretAccessKey"], token: xml["SessionToken"])
        else {
            let words = [xml["Code"], xml["Message"]].compactMap(\.self).joined(separator: ": ")
            throw Problem(reason: "\(role.arn) was not given to us: HTTP \(answer.head.status) \(words)")
        }
        return Loan(value: given, seconds: AWSKey.seconds(until: xml["Expiration"]))
    }

    private func signedIn(
        _ token: String, _ region: String, _ account: String, _ role: String, _ profile: String,
        _ client: UpstreamClient
    ) async throws(Problem) -> Loan {
        let place = try AWSWay.address(
            environment["AWS_ENDPOINT_URL_SSO"] ?? "https://portal.sso.\(region).amazonaws.com", "AWS_ENDPOINT_URL_SSO")
        let query = "role_name=\(PathStep.escaped(role))&account_id=\(PathStep.escaped(account))"
        let request = UpstreamRequest(
            get: "/federation/credentials?\(query)",
            ["x-amz-sso_bearer_token": token, "Accept": "application/json", "User-Agent": Version.userAgent])
        let answer = try await send(request, place, client)
        let given = (try? JSONValue(parsing: answer.body))?["roleCredentials"]
        let key = AWSKey(
            id: given?["accessKeyId"]?.string, secret: given?["secretAccessKey"]?.string,
            token: given?["sessionToken"]?.string)
        guard answer.head.status == 200, let key else {
            throw Problem(
                reason: "the login of profile \(profile) gave no key: HTTP \(answer.head.status); run "
                    + "`aws sso login --profile \(profile)`")
        }
        let end = given?["expiration"]?.int.map { $0 / 1000 - TokenKeeper.now() }
        return Loan(value: key, seconds: max(1, end ?? AWSKey.unboundedSeconds))
    }

    // MARK: Servers nearby

    /// The second version of the protocol: without a token of its own nothing is given.
    private func machine(_ place: BaseURL, _ client: UpstreamClient) async throws(Problem) -> Loan {
        let asking = UpstreamRequest(
            method: "PUT", target: "/latest/api/token", fields: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"],
            body: .bytes(ByteBuffer()))
        let token = try await send(asking, place, client, isNear: true)
        guard token.head.status == 200 else {
            throw Problem(reason: "the machine's server gave no token: HTTP \(token.head.status)")
        }
        let fields: HTTPFields = ["X-aws-ec2-metadata-token": String(decoding: token.body, as: UTF8.self)]
        let path = "/latest/meta-data/iam/security-credentials/"
        let roles = String(decoding: try await get(place, path, fields, client).body, as: UTF8.self)
        guard let role = roles.split(whereSeparator: \.isNewline).first, !roles.hasPrefix("<") else {
            throw Problem(reason: "this machine has no role")
        }
        return try Self.key(
            try await get(place, path + PathStep.escaped(String(role)), fields, client), "the machine's server")
    }

    private func get(
        _ place: BaseURL, _ path: String, _ fields: HTTPFields, _ client: UpstreamClient
    ) async throws(Problem) -> WebExchange.Answer {
        try await send(UpstreamRequest(get: path, fields), place, client, isNear: true)
    }

    private static func key(_ answer: WebExchange.Answer, _ who: String) throws(Problem) -> Loan {
        let value = try? JSONValue(parsing: answer.body)
        guard answer.head.status == 200, let value, let key = AWSKey(value) else {
            let words = [value?["code"]?.string ?? value?["Code"]?.string, value?["message"]?.string]
            throw Problem(
                reason: "\(who) gave no key: HTTP \(answer.head.status) "
                    + words.compactMap(\.self).joined(separator: ": "))
        }
        return Loan(value: key, seconds: AWSKey.seconds(until: value["Expiration"]?.string))
    }

    private static let answerBytesMax = 1 << 20

    private func send(
        _ request: UpstreamRequest, _ place: BaseURL, _ client: UpstreamClient, isNear: Bool = false
    ) async throws(Problem) -> WebExchange.Answer {
        let answer = await WebExchange.run(
            request, to: reach(place, isNear), by: client, bytesMax: Self.answerBytesMax,
            within: .seconds(isNear ? 3 : 20))
        switch answer {
        case .success(let answer): return answer
        case .failure(.transfer(let error)): throw Problem(reason: "\(place) gave no key: \(error)")
        case .failure: throw Problem(reason: "\(place) gave no key in time")
        }
    }
}

/// The few values of an XML document that are looked for; none of them has letters that are written otherwise there.
struct AWSMarkup {
    private let text: String

    init(_ text: String) { self.text = text }

    subscript(tag: String) -> String? {
        guard let start = text.range(ofText: "<\(tag)>"), let end = text[start.upperBound...].range(ofText: "</\(tag)>")
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }
}
