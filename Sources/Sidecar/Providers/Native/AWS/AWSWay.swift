internal import YAML

/// How a key is had that nobody wrote down.
indirect enum AWSWay: Sendable {
    case key(AWSKey)
    /// A program that prints one.
    case process(String)
    /// Another key asks for it.
    case role(AWSRole, from: AWSWay)
    /// A file with a token of somebody whom Amazon trusts asks for it.
    case webIdentity(AWSRole, tokenFile: String)
    /// Who has logged in in a browser: the login's name or address, the account and the role.
    case login(start: String, region: String, account: String, role: String, profile: String)
    /// The server that a container has, and what it wants to be shown.
    case container(BaseURL, token: Secret?, tokenFile: String?)
    /// The server that a machine in Amazon's cloud has.
    case machine(BaseURL)
}

/// A role to take on.
struct AWSRole: Sendable {
    let arn: String
    var session = "sidecar"
    var externalID: String?
    var seconds: Int?
}

extension AWSWay {
    /// What a profile says. nil: nothing.
    static func inProfile(
        _ name: String, _ profiles: AWSProfiles, _ environment: [String: String], behind: [String] = []
    ) throws(CredentialsProblem) -> AWSWay? {
        guard let section = try profiles.section(name) else { return nil }
        let key = AWSKey(
            id: section["aws_access_key_id"], secret: section["aws_secret_access_key"],
            token: section["aws_session_token"])
        if let arn = section["role_arn"], key == nil || !behind.contains(name) {
            return try role(arn, section, name, profiles, environment, behind)
        }
        if let key { return .key(key) }
        if let command = section["credential_process"] { return .process(command) }
        if let way = try login(section, name, profiles) { return way }
        if section["login_session"] != nil {
            throw CredentialsProblem(
                reason: "profile \(name) has `login_session`, which only Amazon's own programs follow; run "
                    + "`aws configure export-credentials --profile \(name) --format env`, and write what it says into "
                    + "the environment or ~/.aws/credentials")
        }
        return nil
    }

    private static func role(
        _ arn: String, _ section: AWSProfiles.Section, _ name: String, _ profiles: AWSProfiles,
        _ environment: [String: String], _ behind: [String]
    ) throws(CredentialsProblem) -> AWSWay {
        if section["mfa_serial"] != nil {
            throw CredentialsProblem(
                reason: "profile \(name) has `mfa_serial`, and nobody is here to type a code; run `aws configure "
                    + "export-credentials --profile \(name) --format env`, and write what it says into the environment")
        }
        var role = AWSRole(arn: arn)
        role.session = section["role_session_name"] ?? role.session
        role.externalID = section["external_id"]
        role.seconds = section["duration_seconds"].flatMap { Int($0) }
        if let file = section["web_identity_token_file"] { return .webIdentity(role, tokenFile: file) }
        if let source = section["source_profile"] {
            // A profile may name itself: then its own key asks.
            let chain = behind + [name]
            guard source == name ? !behind.contains(name) : !chain.contains(source) else {
                throw CredentialsProblem(
                    reason: "profiles name each other in a circle: \((chain + [source]).joined(separator: " → "))")
            }
            guard let way = try inProfile(source, profiles, environment, behind: chain) else {
                throw CredentialsProblem(
                    reason: "profile \(source), the `source_profile` of \(name), has no credentials")
            }
            return .role(role, from: way)
        }
        guard let source = section["credential_source"], let way = try named(source, environment) else {
            throw CredentialsProblem(
                reason: "profile \(name) has `role_arn`; it needs `source_profile`, `web_identity_token_file`, or "
                    + "`credential_source` (Environment, EcsContainer or Ec2InstanceMetadata)")
        }
        return .role(role, from: way)
    }

    private static func named(
        _ source: String, _ environment: [String: String]
    ) throws(CredentialsProblem) -> AWSWay? {
        switch source {
        case "Environment":
            AWSKey(
                id: environment["AWS_ACCESS_KEY_ID"], secret: environment["AWS_SECRET_ACCESS_KEY"],
                token: environment["AWS_SESSION_TOKEN"]
            ).map { .key($0) }
        case "EcsContainer": try container(environment)
        case "Ec2InstanceMetadata": try machine(environment)
        default: nil
        }
    }

    private static func login(
        _ section: AWSProfiles.Section, _ name: String, _ profiles: AWSProfiles
    ) throws(CredentialsProblem) -> AWSWay? {
        guard section["sso_session"] != nil || section["sso_start_url"] != nil else { return nil }
        let session = try section["sso_session"].flatMap { (session) throws(CredentialsProblem) in
            try profiles.part("sso-session \(session)")
        }
        guard let start = section["sso_start_url"] ?? session?["sso_start_url"],
            let region = section["sso_region"] ?? session?["sso_region"],
            let account = section["sso_account_id"], let role = section["sso_role_name"]
        else {
            throw CredentialsProblem(
                reason: "profile \(name) logs in in a browser and lacks one of sso_start_url, sso_region, "
                    + "sso_account_id and sso_role_name; `aws configure sso` writes them")
        }
        return .login(start: start, region: region, account: account, role: role, profile: name)
    }

    // MARK: Servers nearby

    /// nil: this is no container that has one.
    static func container(_ environment: [String: String]) throws(CredentialsProblem) -> AWSWay? {
        let text: String
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"], !path.isEmpty {
            text = "http://169.254.170.2" + path
        } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], !full.isEmpty {
            text = full
        } else {
            return nil
        }
        let place = try address(text, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
        let near = ["127.0.0.1", "::1", "localhost", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        guard place.isSecure || near.contains(place.host) else {
            throw CredentialsProblem(
                reason:
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI leads to \(place.host) without TLS, and that is neither this "
                    + "machine nor a container's own server")
        }
        return .container(
            place, token: environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map { Secret($0) },
            tokenFile: environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"])
    }

    static func machine(_ environment: [String: String]) throws(CredentialsProblem) -> AWSWay {
        .machine(
            try address(
                environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT"))
    }

    static func address(_ text: String, _ variable: String) throws(CredentialsProblem) -> BaseURL {
        do throws(ValueError) { return try BaseURL.parseVersioned(text) } catch {
            throw CredentialsProblem(reason: "\(variable) \(error.message)")
        }
    }
}
