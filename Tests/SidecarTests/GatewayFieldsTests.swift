import HTTP
import Sidecar
import Testing

@Suite struct GatewayFieldsTests {
    private func names(_ fields: HTTPFields) -> [String] { fields.list.map(\.name) }

    private func request(_ fields: HTTPFields, keyFields: [String] = [], replaces: Bool = false) -> HTTPFields {
        ForwardedFields.request(fields, keyFields: keyFields, replacesCredentials: replaces)
    }

    private static let hopByHop = [
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade",
    ]

    @Test(arguments: hopByHop) func hopByHopFieldsStay(_ name: String) {
        for spelling in [name, name.lowercased(), name.uppercased()] {
            var fields: HTTPFields = ["a": "1"]
            fields.append(spelling, "x")
            fields.append("b", "2")
            #expect(names(request(fields)) == ["a", "b"])
            #expect(names(filtered(fields)) == ["a", "b"])
        }
    }

    @Test func whatConnectionNamesStays() {
        let fields: HTTPFields = [
            "X-One": "1", "Connection": "x-one, ,\tX-TWO ", "x-two": "2", "connection": "x-three", "X-Three": "3",
            "kept": "4",
        ]
        #expect(names(request(fields)) == ["kept"])
        #expect(names(filtered(fields)) == ["kept"])
    }

    @Test(arguments: ["Host", "Content-Length", "accept-encoding", "Expect", "x-sidecar-model", "X-Sidecar-Anything"])
    func whatIsTrueOfOneConnectionOnlyStays(_ name: String) {
        var fields: HTTPFields = ["anthropic-version": "1"]
        fields.append(name, "x")
        #expect(names(request(fields)) == ["anthropic-version"])
    }

    @Test func unknownFieldsPassInTheirOrderAndSpelling() {
        let fields: HTTPFields = [
            "X-Claude-Code-Session": "a", "anthropic-beta": "b", "anthropic-beta": "c", "x-new": "", "Cookie": "d",
            "x-api-key": "e", "Authorization": "f",
        ]
        #expect(names(request(fields)) == names(fields))
        #expect(request(fields).values("anthropic-beta") == ["b", "c"])
    }

    @Test func credentialsStayWhereAKeyReplacesThem() {
        let fields: HTTPFields = ["X-API-KEY": "a", "authorization": "b", "Cookie": "c", "x-api-key": "d", "kept": "e"]
        #expect(names(request(fields, replaces: true)) == ["kept"])
    }

    @Test func everyFieldThatHeldOurKeyStays() {
        let fields: HTTPFields = ["X-Api-Key": "a", "Authorization": "b", "kept": "c"]
        #expect(names(request(fields, keyFields: ["x-api-key", "authorization"])) == ["kept"])
        #expect(names(request(fields, keyFields: ["x-api-key"])) == ["Authorization", "kept"])
    }

    @Test func fieldsOfAnUpstreamSidecarAreNotDoubled() {
        #expect(names(filtered(["x-sidecar-provider": "a", "request-id": "b"])) == ["request-id"])
    }

    @Test func bytesThatAreNoTextPass() {
        var fields = HTTPFields()
        let value: [UInt8] = [0xff, 0x20, 0xe9, 0x80]
        Array("x-raw".utf8).withUnsafeBytes { name in value.withUnsafeBytes { fields.append(name: name, value: $0) } }
        request(fields).forEach { _, found in #expect(Array(found) == value) }
    }

    @Test func aValueCannotBeginAFieldOfItsOwn() {
        var fields = HTTPFields()
        fields.append("x-sidecar-model", "a\r\nx-evil: 1")
        fields.append("x-other", "b\u{0}c")
        #expect(fields.list.map(\.value) == ["a", "b"])
    }

    private func filtered(_ fields: HTTPFields) -> HTTPFields {
        var fields = fields
        ForwardedFields.filterResponse(&fields)
        return fields
    }
}
