internal import Addresses
package import JSON

/// Who we are to a giver of tokens: as it was configured, or as it has registered us.
package struct OAuthClient: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package enum Method: String, Sendable {
        case none
        case basic = "client_secret_basic"
        case post = "client_secret_post"
    }

    package let id: String
    package let secret: String?
    package let method: Method

    package init(id: String, secret: String?, method: Method) {
        self.id = id
        self.secret = secret
        self.method = secret == nil ? .none : method
    }

    /// Configured: how its secret is shown is the issuer's choice.
    package init(id: String, secret: String?, of issuer: OAuthIssuer) {
        let posts = issuer.methods.contains(Method.post.rawValue) && !issuer.methods.contains(Method.basic.rawValue)
        self.init(id: id, secret: secret, method: posts ? .post : .basic)
    }

    /// Registered: RFC 7591.
    package init(registered json: JSONValue) throws(OAuthProblem) {
        guard let id = json["client_id"]?.string, !id.isEmpty else {
            throw OAuthProblem("the registration was answered without a `client_id`")
        }
        let method = json["token_endpoint_auth_method"]?.string.flatMap { Method(rawValue: $0) }
        let secret = json["client_secret"]?.string
        self.init(id: id, secret: method == Method.none ? nil : secret, method: method ?? .basic)
    }

    /// What is asked for. Who lives on a person's machine has no secret, unless the issuer insists.
    package static func registration(_ redirect: String, _ scope: String?, at issuer: OAuthIssuer) -> JSONValue {
        let wanted = [Method.none, .post, .basic].first { issuer.methods.contains($0.rawValue) } ?? .basic
        var json: JSONValue = [
            "client_name": "Sidecar", "redirect_uris": [.string(redirect)], "application_type": "native",
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": .string(wanted.rawValue),
        ]
        if let scope { json["scope"] = .string(scope) }
        return json
    }

    /// What a request for a token says of us: in its form, and in `Authorization`.
    package func signed(_ form: [OAuthForm.Pair]) -> (form: [OAuthForm.Pair], authorization: String?) {
        switch method {
        case .none: (form + [("client_id", id)], nil)
        case .post: (form + [("client_id", id), ("client_secret", secret ?? "")], nil)
        case .basic:
            (
                form,
                "Basic "
                    + Base64.encode(Array("\(PercentText.value(id)):\(PercentText.value(secret ?? ""))".utf8))
            )
        }
    }

    package var description: String { "OAuthClient(\(id))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

/// application/x-www-form-urlencoded, both ways.
package enum OAuthForm {
    package typealias Pair = (name: String, value: String)

    package static func text(_ pairs: [Pair]) -> String {
        pairs.map { "\(PercentText.value($0.name))=\(PercentText.value($0.value))" }.joined(separator: "&")
    }

    /// What nobody else may see of it: all but what is public, as it is and as it travels.
    package static func secrets(_ pairs: [Pair]) -> [String] {
        let own = pairs.filter { !publicNames.contains($0.name) }.map(\.value)
        return own + own.map(PercentText.value)
    }

    private static let publicNames: Set<String> = [
        "grant_type", "client_id", "redirect_uri", "resource", "token_type_hint",
    ]

    /// nil where it cannot be read, or says one thing twice.
    static func parse(_ text: Substring) -> [String: String]? {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let sign = pair.firstIndex(of: "=") ?? pair.endIndex
            guard let name = plain(pair[..<sign]), let value = plain(pair[sign...].dropFirst()), values[name] == nil
            else { return nil }
            values[name] = value
        }
        return values
    }

    private static func plain(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let code = UInt8(String(Substring(rest.prefix(2))), radix: 16) else {
                    return nil
                }
                bytes.append(code)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
