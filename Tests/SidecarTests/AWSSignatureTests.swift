import Digest
import LinuxSystem
import Testing

@testable import Sidecar

/// The first four are published by Amazon with the description of the signature; the others were made once with
/// `botocore` 1.44.5 (`SigV4Auth`, its clock held at the same moment).
struct AWSSignatureTests {
    private static let token =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwt"
        + "hAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHN"
        + "VXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

    struct Sample: Sendable, CustomTestStringConvertible {
        var method = "POST"
        var host = "example.amazonaws.com"
        var path = "/"
        var type: String?
        var token: String?
        var body = ""
        var region = "us-east-1"
        var service = "service"
        let signature: String
        var testDescription: String { signature }
    }

    private static let samples = [
        Sample(method: "GET", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Sample(signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Sample(
            type: "application/x-www-form-urlencoded", body: "Param1=value1",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
        Sample(token: token, signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
        Sample(
            method: "GET", path: "/%E1%88%B4",
            signature: "697b34846207a3f72246f99d74ae1ee4fe54f44bb06730c58a0d339eb079596d"),
        Sample(
            host: "bedrock-runtime.eu-west-1.amazonaws.com",
            path: "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream",
            type: "application/json", token: "token/with+signs==", body: #"{"a":"ü"}"#, region: "eu-west-1",
            service: "bedrock", signature: "4c9b2deab8192c413652ce4c4e185534b9c33e46dc28c1d64da4e204ee2aa639"),
        Sample(
            host: "127.0.0.1:8080",
            path:
                "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse",
            type: "application/json", service: "bedrock",
            signature: "ecc42f9855b430690345dd1fe7dafec770c52230e9e81c01e526924650967e71"),
    ]

    @Test(arguments: samples) func `signatures are those of Amazon's own programs`(_ sample: Sample) {
        let signer = AWSSignature(
            accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: sample.region,
            service: sample.service)
        let time = "20150830T123600Z"
        var fields = [("X-Amz-Date", time), ("Host", sample.host)]
        if let type = sample.type { fields.append(("Content-Type", type)) }
        if let token = sample.token { fields.append(("X-Amz-Security-Token", token)) }
        let value = signer.authorization(
            sample.method, path: sample.path, fields: fields, payload: SHA256(of: sample.body), time: time)
        #expect(value.hasSuffix("Signature=" + sample.signature), "\(value)")
        let scope = "AKIDEXAMPLE/20150830/\(sample.region)/\(sample.service)/aws4_request"
        #expect(value.hasPrefix("AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders="))
    }

    /// RFC 4231, cases 2 and 6.
    @Test func `codes are those of the standard`() {
        func text(_ bytes: [UInt8]) -> String {
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        #expect(
            text(HMAC.code(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = HMAC.code(
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            key: [UInt8](repeating: 0xaa, count: 131))
        #expect(text(long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func `files of profiles`() {
        let sections = AWSProfiles.parse(
            """
            # c
            [default]
            aws_access_key_id = AKIA
            aws_secret_access_key=a/b+c#d= ; mine
            \tnested = 1
            [ profile   work ]\r
            Region\t=\teu-west-1\t# far away\r
            sso_session = s
            nothing
            [sso-session s]
            region = x
            """)
        #expect(sections["default"] == ["aws_access_key_id": "AKIA", "aws_secret_access_key": "a/b+c#d="])
        #expect(sections["profile work"] == ["region": "eu-west-1", "sso_session": "s"])
        #expect(sections["sso-session s"]?["region"] == "x")
        #expect(AWSProfiles.parse("a = b\n[\n[]\nx = 1") == [:])
    }

    @Test func `credentials in the order of Amazon's programs`() throws {
        var settings = NativeProvider(type: .bedrock)
        func source(_ environment: [String: String]) throws -> AWSCredentialSource {
            try AWSCredentialSource(settings, environment.merging(["HOME": "/nowhere"]) { $1 }) { place, _ in
                Configuration().upstreamTarget(place, caFile: nil, proxy: nil, environment: [:])
            }
        }
        #expect(throws: CredentialsProblem.self) { try source([:]) }
        #expect(throws: CredentialsProblem.self) { try source(["AWS_REGION": "eu.evil.example/"]) }
        let region = ["AWS_DEFAULT_REGION": "eu-west-3"]
        #expect(try source(region).region == "eu-west-3")
        #expect(throws: CredentialsProblem.self) { try source(region).written() }
        let signing = region.merging(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"]) { $1 }
        guard case .key(let key)? = try source(signing).written(), key.id == "A", key.token == nil else {
            throw CredentialsProblem(reason: "key")
        }
        guard case .bearer? = try source(signing.merging(["AWS_BEARER_TOKEN_BEDROCK": "C"]) { $1 }).written() else {
            throw CredentialsProblem(reason: "bearer")
        }
        settings.profile = "gone"
        #expect(throws: CredentialsProblem.self) { try source(signing) }
        #expect(BedrockUpstream.address(of: "cn-north-1").host == "bedrock-runtime.cn-north-1.amazonaws.com.cn")
    }

    @Test(arguments: [
        ("2026-11-22T12:00:00Z", 1_795_348_800), ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T23:59:59.123Z", 1_709_251_199),
        ("2000-03-01T00:00:00+00:00", 951_868_800), ("2026-11-22 12:00:00", nil), ("2026-13-01T00:00:00Z", nil),
        ("", nil),
    ]) func `times at which keys end`(text: String, seconds: Int?) {
        #expect(CivilTime.secondsSince1970(text) == seconds)
    }

    @Test func `a container's address without TLS must be near`() throws {
        for (address, isGood) in [
            ("http://169.254.170.2/a", true), ("https://e.org/a", true), ("http://127.0.0.1:1/a", true),
            ("http://e.org/a", false), ("http://169.254.169.254/a", false), ("nowhere", false),
        ] {
            let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": address]
            #expect(((try? AWSWay.container(environment)) != nil) == isGood, "\(address)")
        }
        #expect(try AWSWay.container([:]) == nil)
    }
}
