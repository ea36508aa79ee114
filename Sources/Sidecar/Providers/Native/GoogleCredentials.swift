internal import Digest
internal import JSON
internal import LinuxSystem
internal import YAML

/// Who asks Google for a token, and how.
enum GoogleCredentials: Sendable {
    case serviceAccount(email: String, keyID: String?, signer: RSASigner, tokenAddress: BaseURL)
    /// What `gcloud auth application-default login` leaves behind.
    case user(clientID: String, clientSecret: Secret, refreshToken: Secret, tokenAddress: BaseURL)
    /// The server that every machine in Google's cloud has.
    case metadata(BaseURL)

    static let scope = "https://www.googleapis.com/auth/cloud-platform"
    private static let lifeSeconds = 3600
    private static let usualTokenAddress = "https://oauth2.googleapis.com/token"

    typealias Problem = CredentialsProblem

    static func read(_ path: String) throws(Problem) -> GoogleCredentials {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try File.read(path, limit: 1 << 20)
        } catch {
            throw Problem(reason: "\(path) cannot be read: \(error.reason)")
        }
        guard let value = try? JSONValue(parsing: bytes), value.object != nil else {
            throw Problem(reason: "\(path) is no JSON object")
        }
        return try parse(value, path)
    }

    private static func parse(_ value: JSONValue, _ path: String) throws(Problem) -> GoogleCredentials {
        func text(_ key: String) throws(Problem) -> String {
            guard let text = value[key]?.string, !text.isEmpty else { throw Problem(reason: "\(path) has no `\(key)`") }
            return text
        }
        let address: BaseURL
        do throws(ValueError) {
            address = try BaseURL.parseVersioned(value["token_uri"]?.string ?? usualTokenAddress)
        } catch {
            throw Problem(reason: "\(path): `token_uri` \(error.message)")
        }
        switch value["type"]?.string {
        case "service_account":
            guard let signer = RSASigner(pem: try text("private_key")) else {
                throw Problem(reason: "\(path): `private_key` is no RSA key in PEM")
            }
            return .serviceAccount(
                email: try text("client_email"), keyID: value["private_key_id"]?.string, signer: signer,
                tokenAddress: address)
        case "authorized_user":
            return .user(
                clientID: try text("client_id"), clientSecret: Secret(try text("client_secret")),
                refreshToken: Secret(try text("refresh_token")), tokenAddress: address)
        default:
            throw Problem(
                reason: "\(path) has credentials of type '\(value["type"]?.string ?? "")'; known: service_account, "
                    + "authorized_user")
        }
    }

    // MARK: Asking

    var tokenAddress: BaseURL {
        switch self {
        case .serviceAccount(_, _, _, let address), .user(_, _, _, let address), .metadata(let address): address
        }
    }

    /// The request for a token, `now` in seconds since 1970; its target is the whole path.
    func tokenForm(now: Int) throws(Problem) -> [(String, String)] {
        switch self {
        case .metadata: return []
        case .user(let clientID, let clientSecret, let refreshToken, _):
            return [
                ("grant_type", "refresh_token"), ("client_id", clientID), ("client_secret", clientSecret.reveal()),
                ("refresh_token", refreshToken.reveal()),
            ]
        case .serviceAccount(let email, let keyID, let signer, let address):
            var header: JSONValue = ["alg": "RS256", "typ": "JWT"]
            if let keyID { header["kid"] = .string(keyID) }
            let claims: JSONValue = [
                "iss": .string(email), "scope": .string(Self.scope), "aud": .string(address.description),
                "iat": .int(now), "exp": .int(now + Self.lifeSeconds),
            ]
            let text = Base64.encodeForURL(header.bytes()) + "." + Base64.encodeForURL(claims.bytes())
            guard let signature = signer.sign(Array(text.utf8)) else {
                throw Problem(reason: "the service account's key cannot sign")
            }
            return [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", text + "." + Base64.encodeForURL(signature)),
            ]
        }
    }
}

extension GoogleCredentials {
    /// Where programs of Google's look, in their order: a variable, then gcloud's own folder.
    static func applicationDefault(_ environment: [String: String]) -> Result<GoogleCredentials, Problem> {
        let named = environment["GOOGLE_APPLICATION_CREDENTIALS"].flatMap { $0.isEmpty ? nil : $0 }
        let folder = environment["CLOUDSDK_CONFIG"] ?? environment["HOME"].map { "\($0)/.config/gcloud" }
        let usual = folder.map { "\($0)/application_default_credentials.json" }
        guard let path = named ?? usual.flatMap({ (try? File.status($0)) == nil ? nil : $0 }) else {
            return .failure(
                Problem(
                    reason:
                        "there are no credentials for Google: set `credentials`, GOOGLE_APPLICATION_CREDENTIALS, or "
                        + "run `gcloud auth application-default login`; `metadata: true` asks the machine's own server")
            )
        }
        do throws(Problem) { return .success(try read(path)) } catch { return .failure(error) }
    }
}
