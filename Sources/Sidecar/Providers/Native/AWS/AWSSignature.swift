internal import Digest

/// The signature that Amazon's services want of a request, version 4: a chain of HMACs from the secret key over the day, the
/// place and the service, and with the last of these over everything that matters of the request. The key itself is never sent.
struct AWSSignature: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"

    private let accessKey: String
    private let secretKey: String
    private let region: String
    private let service: String

    init(accessKey: String, secretKey: String, region: String, service: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.region = region
        self.service = service
    }

    /// The value of `Authorization`. `path` is what is sent, without a query; `fields` are those that are signed, `host` and
    /// `x-amz-date` among them; `time` is the latter's value: `20150830T123600Z`.
    func authorization(
        _ method: String, path: String, fields: [(name: String, value: String)], payload: SHA256, time: String
    ) -> String {
        let fields = fields.map { ($0.name.lowercased(), Self.trimmed($0.value)) }.sorted { $0.0 < $1.0 }
        let names = fields.map(\.0).joined(separator: ";")
        var request = [method, Self.escaped(path), ""]
        request += fields.map { "\($0.0):\($0.1)" }
        request += ["", names, payload.description]
        let day = String(time.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = [Self.algorithm, time, scope, SHA256(of: request.joined(separator: "\n")).description]
        var key = Array("AWS4\(secretKey)".utf8)
        for step in [day, region, service, "aws4_request"] { key = HMAC.code(Array(step.utf8), key: key) }
        let signature = HMAC.code(Array(text.joined(separator: "\n").utf8), key: key)
        return "\(Self.algorithm) Credential=\(accessKey)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(Self.hexadecimal(signature))"
    }

    /// What is escaped on the wire is escaped once more here: every service but its storage reads a path so.
    private static func escaped(_ path: String) -> String {
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                bytes.append(byte)
            default: bytes += Array("%\(hexadecimal([byte]).uppercased())".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without blanks around it, and with one for several.
    private static func trimmed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
