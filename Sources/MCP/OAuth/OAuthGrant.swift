package import JSON

/// What a login has given, and what it takes to renew it. Says nothing of its secrets to whoever prints it.
package struct OAuthGrant: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let resource: String
    package let issuer: String
    package let token: OAuthAddress
    package let revocation: OAuthAddress?
    package let client: OAuthClient
    package private(set) var scope: String?
    package private(set) var access: String
    package private(set) var refresh: String?
    /// Seconds since 1970; nil: it does not end, as far as anybody has said.
    package private(set) var ends: Int?
    package private(set) var renews: Int?

    /// Long enough for what is on its way, and for clocks that differ.
    private static let marginSeconds = 300
    private static let secondsMax = 366 * 24 * 3600

    package init(_ answer: JSONValue, to attempt: OAuthAttempt, now: Int) throws(OAuthProblem) {
        resource = attempt.resource
        issuer = attempt.issuer.name
        token = attempt.issuer.token
        revocation = attempt.issuer.revocation
        client = attempt.client
        scope = attempt.scope
        access = ""
        try take(answer, now)
    }

    /// With a new token; the old one for renewing holds where there is no new one.
    package func renewed(_ answer: JSONValue, now: Int) throws(OAuthProblem) -> OAuthGrant {
        var fresh = self
        try fresh.take(answer, now)
        return fresh
    }

    private mutating func take(_ answer: JSONValue, _ now: Int) throws(OAuthProblem) {
        guard let access = answer["access_token"]?.string, Self.isToken(access) else {
            throw OAuthProblem("\(issuer) gave no token that can be used (`access_token`)")
        }
        guard answer["token_type"]?.string?.lowercased() == "bearer" else {
            throw OAuthProblem("\(issuer) gave a token that is not for the bearer (`token_type`)")
        }
        self.access = access
        if let fresh = answer["refresh_token"]?.string, Self.isToken(fresh) { refresh = fresh }
        scope = OAuthScope.tidy(answer["scope"]?.string) ?? scope
        let seconds = answer["expires_in"]?.int.map { min(max($0, 1), Self.secondsMax) }
        ends = seconds.map { now + $0 }
        renews = seconds.map { now + $0 - min(Self.marginSeconds, $0 / 2) }
    }

    /// What can stand in a field.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= tokenBytesMax && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static let tokenBytesMax = 64 << 10

    package func isToBeRenewed(_ now: Int) -> Bool { refresh != nil && renews.map { now >= $0 } ?? false }
    package func isOver(_ now: Int) -> Bool { ends.map { now >= $0 } ?? false }

    package var renewalForm: [OAuthForm.Pair]? {
        refresh.map { [("grant_type", "refresh_token"), ("refresh_token", $0), ("resource", resource)] }
    }

    /// RFC 7009: what renews first, since it ends both.
    package var revocationForm: [OAuthForm.Pair] {
        let kind = refresh == nil ? "access_token" : "refresh_token"
        return [("token", refresh ?? access), ("token_type_hint", kind)]
    }

    package var description: String { "OAuthGrant(\(issuer))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["issuer": issuer]) }
}

extension OAuthGrant {
    /// For the private file, and nothing else.
    package var json: JSONValue {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return [
            "resource": .string(resource), "issuer": .string(issuer), "token_endpoint": .string(token.description),
            "revocation_endpoint": text(revocation?.description), "client_id": .string(client.id),
            "client_secret": text(client.secret), "client_method": .string(client.method.rawValue),
            "scope": text(scope), "access_token": .string(access), "refresh_token": text(refresh),
            "ends": ends.map { .int($0) } ?? .null, "renews": renews.map { .int($0) } ?? .null,
        ]
    }

    package init?(_ json: JSONValue) {
        guard let resource = json["resource"]?.string, let issuer = json["issuer"]?.string,
            let token = json["token_endpoint"]?.string.flatMap({ OAuthAddress($0) }), token.isPrivate,
            let id = json["client_id"]?.string, let access = json["access_token"]?.string, Self.isToken(access)
        else { return nil }
        self.resource = resource
        self.issuer = issuer
        self.token = token
        revocation = json["revocation_endpoint"]?.string.flatMap { OAuthAddress($0) }
        client = OAuthClient(
            id: id, secret: json["client_secret"]?.string,
            method: json["client_method"]?.string.flatMap { OAuthClient.Method(rawValue: $0) } ?? .basic)
        scope = json["scope"]?.string
        self.access = access
        refresh = json["refresh_token"]?.string
        ends = json["ends"]?.int
        renews = json["renews"]?.int
    }
}
