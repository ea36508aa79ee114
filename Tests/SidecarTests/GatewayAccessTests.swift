import HTTP
import Sidecar
import Testing

@Suite struct GatewayAccessTests {
    private func access(listen: String = "127.0.0.1:3456", keys: [String] = []) throws -> AccessGuard {
        let list = keys.map { "\"\($0)\"" }.joined(separator: ", ")
        return AccessGuard(
            try configuration("listen: \"\(listen)\"\n" + (keys.isEmpty ? "" : "auth: { keys: [\(list)] }\n")))
    }

    private static let long = "0123456789abcdef-key-one"
    private static let other = "another-key-0123456789"

    @Test(
        arguments: [
            (["x-api-key": "0123456789abcdef-key-one"], ["x-api-key"]),
            (["X-API-Key": "another-key-0123456789"], ["x-api-key"]),
            (["authorization": "Bearer 0123456789abcdef-key-one"], ["authorization"]),
            (["Authorization": "bearer 0123456789abcdef-key-one"], ["authorization"]),
            (["authorization": "BEARER   0123456789abcdef-key-one"], ["authorization"]),
            (
                ["x-api-key": "0123456789abcdef-key-one", "authorization": "Bearer 0123456789abcdef-key-one"],
                ["x-api-key", "authorization"]
            ),
            (["x-api-key": "sk-of-the-client", "authorization": "Bearer another-key-0123456789"], ["authorization"]),
            (["x-api-key": "wrong", "X-Api-Key": "another-key-0123456789"], ["x-api-key"]),
            (["authorization": "Basic 0123456789abcdef-key-one"], []),
            (["authorization": "Bearer"], []), (["authorization": "Bearer "], []), (["x-api-key": ""], []),
            (["x-api-key": "0123456789abcdef-key-on"], []), (["x-api-key": "0123456789abcdef-key-one1"], []),
            (["x-api-key": "0123456789ABCDEF-KEY-ONE"], []), (["x-api-key": "Bearer 0123456789abcdef-key-one"], []),
            (["cookie": "0123456789abcdef-key-one"], []), ([:], []),
        ] as [(HTTPFields, [String])])
    func keys(_ fields: HTTPFields, _ expected: [String]) throws {
        #expect(try access(keys: [Self.long, Self.other]).keyFields(fields) == expected)
    }

    @Test func withoutKeysNoneIsNeeded() throws {
        #expect(try !access().needsKey)
        #expect(try access(keys: [Self.long]).needsKey)
    }

    @Test(arguments: [
        "localhost", "localhost:3456", "LOCALHOST:1", "LocalHost", "127.0.0.1", "127.0.0.1:3456", "127.1.2.3:80",
        "[::1]",
        "[::1]:3456", "[0:0:0:0:0:0:0:1]:3456", "localhost:",
    ])
    func ourHosts(_ host: String) throws {
        #expect(try access().checkOrigin(["Host": host]) == nil)
    }

    @Test(arguments: [
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:3456", "0.0.0.0:3456",
        "[::]:3456",
        "[::1", "[::1]x", "[::1]:x", "::1", "", ":3456", "localhost:3456@evil.example", "evil.example@localhost",
        "localhost.",
        "127.1", "2130706433", "0177.0.0.1", "[::ffff:10.0.0.1]", "[fe80::1]", "10.0.0.1", "localhost:80:80",
        "localhost/x",
    ])
    func foreignHosts(_ host: String) throws {
        #expect(try access().checkOrigin(["Host": host])?.status == 403, "Host")
        #expect(try access().checkOrigin(["Host": "localhost", "Origin": "http://\(host)"])?.status == 403, "Origin")
    }

    @Test(arguments: ["null", "", "localhost", "//localhost", "x/y/localhost", "http:/localhost", "file://", "http://"])
    func originsThatAreNone(_ origin: String) throws {
        #expect(try access().checkOrigin(["Host": "localhost", "Origin": origin])?.status == 403)
    }

    /// Images and forms of old browsers come without `Origin`.
    @Test(
        arguments: [
            (["Sec-Fetch-Site": "cross-site"], 403),
            (["Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"], 403),
            (["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"], 403),
            (["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"], nil),
            (["Sec-Fetch-Site": "same-origin"], nil),
            (["Sec-Fetch-Site": "none"], nil), ([:], nil),
        ] as [(HTTPFields, Int?)])
    func pagesOfOtherSitesWithoutAnOrigin(_ fields: HTTPFields, _ status: Int?) throws {
        #expect(try access().checkOrigin(fields)?.status == status)
    }

    /// Only pages that came from this very port are ours.
    @Test(arguments: [
        ("http://localhost:3456", nil), ("HTTP://LOCALHOST:3456", nil), ("http://127.0.0.1:3456", nil),
        ("http://[::1]:3456", nil), ("http://localhost:03456", nil),
        ("http://localhost", 403), ("http://localhost:", 403), ("http://localhost:80", 403),
        ("http://localhost:3457", 403), ("http://127.0.0.1:34560", 403), ("http://[::1]:1", 403),
        ("http://localhost:68992", 403), ("https://localhost:3456", 403), ("http://127.0.0.2:3456", 403),
        ("http://localhost:3456/", 403), ("ws://localhost:3456", 403), ("http://localhost:3456@evil.example", 403),
    ])
    func pagesOfThisMachine(_ origin: String, _ status: Int?) throws {
        #expect(try access().checkOrigin(["Host": "localhost:3456", "Origin": origin])?.status == status)
    }

    @Test func aPageNeedsNoPortWhereWeListenOnThatOfHTTP() throws {
        #expect(try access().checkOrigin(["Origin": "http://localhost"], port: 80) == nil)
        #expect(try access().checkOrigin(["Origin": "http://localhost:80"], port: 80) == nil)
    }

    @Test func aPageOfLoopbackIsOursOnlyWhereWeListenThere() throws {
        let page: HTTPFields = ["Origin": "http://localhost:3456"]
        #expect(try access(listen: "0.0.0.0:3456", keys: [Self.long]).checkOrigin(page) == nil)
        #expect(try access(listen: "192.168.1.5:3456", keys: [Self.long]).checkOrigin(page)?.status == 403)
        #expect(try access(listen: "[::1]:3456").checkOrigin(page) == nil)
    }

    @Test func everyOriginCounts() throws {
        let fields: HTTPFields = [
            "Host": "localhost", "Origin": "http://localhost:3456", "origin": "http://evil.example",
        ]
        #expect(try access().checkOrigin(fields)?.status == 403)
    }

    @Test func withoutHostAndOriginNothingIsForeign() throws { #expect(try access().checkOrigin([:]) == nil) }

    @Test func offLoopbackAnyHostMayBeOurs() throws {
        let open = try access(listen: "192.168.1.5:3456", keys: [Self.long])
        #expect(open.checkOrigin(["Host": "box.example"]) == nil)
        #expect(open.checkOrigin(["Host": "box.example", "Origin": "http://evil.example"])?.status == 403)
        #expect(open.checkOrigin(["Host": "192.168.1.5:3456", "Origin": "http://192.168.1.5:3456"]) == nil)
    }

    @Test func aRefusalShowsLittle() throws {
        let refusal = try access().checkOrigin(["Host": String(repeating: "e", count: 5000)])
        #expect((refusal?.message.utf8.count ?? .max) < 400)
    }
}

extension AccessGuard {
    fileprivate func checkOrigin(_ fields: HTTPFields) -> APIError? { checkOrigin(fields, port: 3456) }
}
