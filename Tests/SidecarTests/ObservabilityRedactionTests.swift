import HTTP
import Sidecar
import Testing

@Suite struct ObservabilityRedactionTests {
    @Test func secretsDoNotSurviveBeingQuoted() {
        let redaction = Redaction(["sk-configured-1", "sk-configured-1-longer", "abc"])
        #expect(redaction.redact("bad key sk-configured-1") == "bad key …")
        #expect(redaction.redact("sk-configured-1-longer,sk-configured-1") == "…,…")
        #expect(redaction.redact("abc is no key") == "abc is no key")
        #expect(redaction.redact("nothing") == "nothing")
        #expect(redaction.redact("") == "")
    }

    @Test func theClientsOwnAreHiddenToo() {
        let redaction = Redaction([]).with(["x-api-key": "sk-of-the-client", "Authorization": "Bearer token-of-it"])
        #expect(redaction.redact("echo: sk-of-the-client Bearer token-of-it token-of-it") == "echo: … … …")
    }
}
