internal import HTTP

/// Who asks Amazon.
enum AWSCredentials: Sendable {
    /// An API key of Bedrock's own, sent as it is.
    case bearer(Secret)
    /// A key that signs.
    case key(AWSKey)
}

/// Where credentials and the region come from: the configuration, then the environment, then Amazon's own files, then the
/// servers nearby.
struct AWSCredentialSource: Sendable {
    private enum Place: Sendable {
        case known(AWSCredentials)
        case profile(String)
        case way(AWSWay)
    }

    private let place: Place
    private let profiles: AWSProfiles
    private let environment: [String: String]
    private let provider: String
    private let keeper: LoanKeeper<AWSKey>
    let region: String

    init(
        _ settings: NativeProvider, _ environment: [String: String], provider: String = "bedrock",
        reach: @escaping @Sendable (BaseURL, _ isNear: Bool) -> UpstreamTarget
    ) throws(CredentialsProblem) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let profiles = AWSProfiles(environment)
        let name = settings.profile ?? variable("AWS_PROFILE") ?? "default"
        if let key = settings.key {
            place = .known(.bearer(key))
        } else if let id = settings.accessKey, let secret = settings.secretKey {
            place = .known(.key(AWSKey(id: id.reveal(), secret: secret, token: settings.sessionToken)))
        } else if let profile = settings.profile {
            guard try profiles.section(profile) != nil else {
                throw CredentialsProblem(reason: "Amazon's files have no profile \(profile)")
            }
            place = .profile(profile)
        } else if let key = variable("AWS_BEARER_TOKEN_BEDROCK") {
            place = .known(.bearer(Secret(key)))
        } else if let key = AWSKey(
            id: variable("AWS_ACCESS_KEY_ID"), secret: variable("AWS_SECRET_ACCESS_KEY"),
            token: variable("AWS_SESSION_TOKEN"))
        {
            place = .known(.key(key))
        } else if let arn = variable("AWS_ROLE_ARN"), let file = variable("AWS_WEB_IDENTITY_TOKEN_FILE") {
            var role = AWSRole(arn: arn)
            role.session = variable("AWS_ROLE_SESSION_NAME") ?? role.session
            place = .way(.webIdentity(role, tokenFile: file))
        } else if variable("AWS_PROFILE") == nil, !Self.says(name, profiles, environment),
            let way = try Self.nearby(settings, environment)
        {
            place = .way(way)
        } else {
            place = .profile(name)
        }
        self.profiles = profiles
        self.environment = environment
        self.provider = provider
        let inProfile = try profiles.section(name)?["region"]
        guard let region = settings.region ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? inProfile
        else {
            throw CredentialsProblem(
                reason: "there is no region: set `region`, AWS_REGION, or `region` in profile \(name)")
        }
        // It becomes a part of a host's name.
        guard (1...32).contains(region.utf8.count), region.utf8.allSatisfy(Self.isFit) else {
            throw CredentialsProblem(reason: "'\(region)' is no region; write something like eu-central-1")
        }
        self.region = region
        let asking = AWSAsking(provider: provider, region: region, environment: environment, reach: reach)
        let place = place
        keeper = LoanKeeper { client in
            await asking.ask(client) { () throws(CredentialsProblem) -> AWSWay in
                if case .way(let way) = place { return way }
                guard let way = try AWSWay.inProfile(name, profiles, environment) else { try Self.nobody(name) }
                return way
            }
        }
    }

    private static func nearby(
        _ settings: NativeProvider, _ environment: [String: String]
    ) throws(CredentialsProblem) -> AWSWay? {
        if let container = try AWSWay.container(environment) { return container }
        return settings.asksMetadata ? try AWSWay.machine(environment) : nil
    }

    /// Whether a profile says anything, right or wrong.
    private static func says(_ name: String, _ profiles: AWSProfiles, _ environment: [String: String]) -> Bool {
        do throws(CredentialsProblem) {
            return try AWSWay.inProfile(name, profiles, environment) != nil
        } catch {
            return true
        }
    }

    private static func isFit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// What stands somewhere; files are looked at each time. nil: somebody has to be asked.
    func written() throws(CredentialsProblem) -> AWSCredentials? {
        switch place {
        case .known(let credentials): return credentials
        case .way: return nil
        case .profile(let name):
            guard let way = try AWSWay.inProfile(name, profiles, environment) else { try Self.nobody(name) }
            if case .key(let key) = way { return .key(key) }
            return nil
        }
    }

    /// What others give is kept for as long as it holds.
    func credentials(on client: UpstreamClient) async throws(APIError) -> AWSCredentials {
        do throws(CredentialsProblem) {
            if let written = try written() { return written }
        } catch {
            throw APIError(401, .authentication, "provider \(provider): \(error.reason)")
        }
        return .key(try await keeper.value(on: client))
    }

    private static func nobody(_ name: String) throws(CredentialsProblem) -> Never {
        throw CredentialsProblem(
            reason:
                "there are no credentials for Amazon: set `key`, AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY, or write a key into profile \(name) of ~/.aws/credentials; `metadata: true` asks "
                + "the machine's own server")
    }
}
