import Sidecar
import Testing

/// A key that was planted must not come out of anything that prints.
@Suite struct ConfigurationSecretTests {
    private static let planted = "sk-PLANTED-0123456789"

    private static let text = """
        listen: 127.0.0.1:1
        auth: { keys: ["${KEY}"] }
        providers:
          a:
            type: anthropic
            key: ${KEY}
            headers: { authorization: "Bearer ${KEY}" }
            proxy: "http://user:${KEY}@proxy:1"
        upstream: { proxy: "http://user:${KEY}@proxy:1" }
        """

    @Test func descriptionsAndDumpsAreRedacted() throws {
        let result = try configuration(Self.text, environment: ["KEY": Self.planted])
        var dumped = ""
        dump(result, to: &dumped)
        for shown in [dumped, "\(result)", String(reflecting: result)] {
            #expect(!shown.contains("PLANTED"))
        }
        #expect(result.auth.keys.first?.reveal() == Self.planted)
    }

    @Test(arguments: [
        "listen: ${KEY}", "debug: ${KEY}", "event_loops: ${KEY}", "shutdown: { grace: \"${KEY}\" }",
        "limits: { request_bytes: \"${KEY}\" }", "log: { level: \"${KEY}\" }", "upstream: { proxy: \"${KEY}\" }",
        "upstream: { proxy: \"http://${KEY}:${KEY}@h:99999\" }",
        "providers: { a: { type: \"${KEY}\" } }",
        "providers: { a: { type: anthropic, base_url: \"https://${KEY}@h\" } }",
        "providers: { a: { type: anthropic, key: \"${KEY}\\n\" } }", "auth: { keys: [\" ${KEY}\"] }",
        "models: { a: \"${KEY}\" }", "routes: { default: \"${KEY}\" }", "models: { a: \"${KEY}/b\" }",
        "listen: \"${KEY}:80\"",
    ])
    func errorsDoNotRepeatWhatVariablesHold(_ text: String) {
        let found = problems(text, environment: ["KEY": Self.planted])
        #expect(!found.isEmpty)
        #expect(!found.joined().contains("PLANTED"), "\(found)")
    }

    @Test func anEmptySecretIsRefused() {
        #expect(
            problems("auth: { keys: [\"${KEY}\"] }", environment: ["KEY": ""]) == [
                "s.yaml:1:16: auth.keys[0]: is empty once its variable is expanded; leave the key out instead"
            ])
    }
}
