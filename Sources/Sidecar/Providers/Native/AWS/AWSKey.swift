internal import Digest
internal import HTTP
internal import JSON
internal import LinuxSystem

/// A key that signs requests; with a token, for a while only.
struct AWSKey: Sendable {
    let id: String
    let secret: Secret
    let token: Secret?

    init(id: String, secret: Secret, token: Secret?) {
        self.id = id
        self.secret = secret
        self.token = token
    }

    /// nil: a part is missing.
    init?(id: String?, secret: String?, token: String?) {
        guard let id, let secret, !id.isEmpty, !secret.isEmpty else { return nil }
        self.init(id: id, secret: Secret(secret), token: token.flatMap { $0.isEmpty ? nil : Secret($0) })
    }

    /// In the shape that programs, containers and machines give keys in.
    init?(_ value: JSONValue) {
        self.init(
            id: value["AccessKeyId"]?.string, secret: value["SecretAccessKey"]?.string,
            token: value["SessionToken"]?.string ?? value["Token"]?.string)
    }

    /// How long a key holds that says when it ends; one that does not is asked for again after this.
    static let unboundedSeconds = 900

    static func seconds(until text: String?) -> Int {
        guard let text, let end = CivilTime.secondsSince1970(text) else { return unboundedSeconds }
        return max(1, end - TokenKeeper.now())
    }
}

extension UpstreamRequest {
    /// All of ours is signed; a proxy may change the rest.
    mutating func sign(_ key: AWSKey, region: String, service: String, at place: BaseURL) {
        let time = CivilTime.now().timestamp.filter { $0 != "-" && $0 != ":" }.prefix { $0 != "." } + "Z"
        fields.set("X-Amz-Date", String(time))
        if let token = key.token { fields.set("X-Amz-Security-Token", token.reveal()) }
        let signed = fields.list.filter { field in
            let name = field.name.lowercased()
            return name == "content-type" || name.hasPrefix("x-amz")
        }
        var payload = SHA256(of: [])
        if case .bytes(let body) = body { payload = SHA256(of: body.readable) }
        let signature = AWSSignature(
            accessKey: key.id, secretKey: key.secret.reveal(), region: region, service: service)
        fields.set(
            "Authorization",
            signature.authorization(
                method, path: place.path + target, fields: signed + [("host", place.authority)], payload: payload,
                time: String(time)))
    }
}

extension CivilTime {
    /// Of `2026-11-22T12:00:00Z`, with or without parts of a second; nil for anything else.
    static func secondsSince1970(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T") else { return nil }
        guard bytes.last == UInt8(ascii: "Z") || text.hasSuffix("+00:00") else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        // Years that begin in March have their leap day last.
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }
}
