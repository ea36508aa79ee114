/// Who asks Amazon.
enum AWSCredentials: Sendable {
    /// An API key of Bedrock's own, sent as it is.
    case bearer(Secret)
    /// A key that signs.
    case key(id: String, secret: Secret, token: Secret?)
}

/// Where credentials and the region come from: the configuration, then the environment, then Amazon's own files.
struct AWSCredentialSource: Sendable {
    private enum Place: Sendable {
        case known(AWSCredentials)
        case profile(String)
    }

    private let place: Place
    private let profiles: AWSProfiles
    let region: String

    init(_ settings: NativeProvider, _ environment: [String: String]) throws(CredentialsProblem) {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let profiles = AWSProfiles(environment)
        let name = settings.profile ?? variable("AWS_PROFILE") ?? "default"
        if let key = settings.key {
            place = .known(.bearer(key))
        } else if let id = settings.accessKey, let secret = settings.secretKey {
            place = .known(.key(id: id.reveal(), secret: secret, token: settings.sessionToken))
        } else if let profile = settings.profile {
            guard try profiles.section(profile) != nil else {
                throw CredentialsProblem(reason: "Amazon's files have no profile \(profile)")
            }
            place = .profile(profile)
        } else if let key = variable("AWS_BEARER_TOKEN_BEDROCK") {
            place = .known(.bearer(Secret(key)))
        } else if let id = variable("AWS_ACCESS_KEY_ID"), let secret = variable("AWS_SECRET_ACCESS_KEY") {
            let token = variable("AWS_SESSION_TOKEN").map { Secret($0) }
            place = .known(.key(id: id, secret: Secret(secret), token: token))
        } else {
            place = .profile(name)
        }
        self.profiles = profiles
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
    }

    private static func isFit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    func credentials() throws(CredentialsProblem) -> AWSCredentials {
        switch place {
        case .known(let credentials): return credentials
        case .profile(let name):
            let section = try profiles.section(name)
            if let id = section?["aws_access_key_id"], let secret = section?["aws_secret_access_key"] {
                let token = section?["aws_session_token"].map { Secret($0) }
                return .key(id: id, secret: Secret(secret), token: token)
            }
            let followed = ["sso_session", "sso_start_url", "role_arn", "credential_process", "login_session"]
            if let other = followed.first(where: { section?[$0] != nil }) {
                throw CredentialsProblem(
                    reason: "profile \(name) has `\(other)` and no key, and only keys are read; run "
                        + "`aws configure export-credentials --profile \(name) --format env`, and write what it says into "
                        + "the environment or ~/.aws/credentials")
            }
            throw CredentialsProblem(
                reason:
                    "there are no credentials for Amazon: set `key`, AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID and "
                    + "AWS_SECRET_ACCESS_KEY, or write a key into profile \(name) of ~/.aws/credentials")
        }
    }
}
