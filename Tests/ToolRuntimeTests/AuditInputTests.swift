import JSON
import Testing
import ToolRuntime

@Suite struct AuditInputTests {
    @Test(arguments: [
        ("curl -H 'Authorization: Bearer abc123' https://a.org", "abc123"),
        ("curl -H \"X-Api-Key: abc123\" https://a.org", "abc123"), ("curl -u bob:abc123 https://a.org", "abc123"),
        ("curl --user=bob:abc123 x", "abc123"), ("git clone https://bob:abc123@a.org/x.git", "abc123"),
        ("git clone https://abc123@a.org/x.git", "abc123"), ("psql postgres://u:abc123@db.internal/x", "abc123"),
        ("export GITHUB_TOKEN=abc123 && make", "abc123"), ("AWS_SECRET_ACCESS_KEY='abc123' aws s3 ls", "abc123"),
        ("mysql --password abc123", "abc123"), ("mysql --password=abc123", "abc123"),
        ("login --token \"abc123\"", "abc123"), ("echo sk-ant-REDACTED-0123456789", "0123456789"),
        ("echo ghp_0123456789abcdefghij", "0123456789"), ("x AKIA0123456789ABCDEF y", "0123456789"),
        ("echo eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "c2ln"),
        ("cat <<E\n-----BEGIN RSA PRIVATE KEY-----\nMIIabc123\n-----END RSA PRIVATE KEY-----\nE", "MIIabc123"),
        ("-----BEGIN PRIVATE KEY-----\nMIIabc123", "MIIabc123"), ("DB_PASSWORD: abc123", "abc123"),
        ("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nabc123", "abc123"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc123\n-----END PGP PRIVATE KEY BLOCK-----", "abc123"),
        ("PASSWORD='two abc123'", "abc123"), ("TOKEN=x:abc123,y", "abc123"),
        ("curl -d '{\"password\": \"x abc123\"}' a", "abc123"),
        ("curl -d \"{\\\"token\\\":\\\"abc123\\\"}\" a", "abc123"), ("curl -H 'Cookie: a=b; c=abc123' a", "abc123"),
        ("curl 'https://a.org/?x=1&access_token=abc123&y=2'", "abc123"), ("tool --api-key='abc123'", "abc123"),
    ])
    func `Secrets of known forms are not kept`(_ command: String, _ secret: String) {
        let input = AuditInput(["command": .string(command)])
        #expect(!input.shown.text().contains(secret), "\(input.shown)")
        #expect(input.shown.text().contains("[redacted]"))
        // Nothing in the record tells one secret from another of the same form.
        let other = AuditInput(["command": .string(command.replacing(secret, with: String(secret.reversed())))])
        #expect(input.digest == other.digest)
    }

    @Test(arguments: [
        "git commit -m 'Count tokens: 5 of them'", "ls -la /tmp && make test", "curl https://a.org/x?y=z@w",
        "grep -rn password: src", "git push -u origin main", "curl -H \"Authorization: Bearer $TOKEN\" https://a.org",
        "TOKEN=${TOKEN:-} make", "API_TOKEN=$(cat token) make deploy; rm -rf build", "sort --key 2 file",
        "echo a@b.org", "max_tokens=100",
    ])
    func `Plain commands stay readable`(_ command: String) {
        let shown = AuditInput(["command": .string(command)]).shown["command"]?.string ?? ""
        let words = command.split(separator: " ")
        #expect(words.count { shown.contains($0) } >= words.count - 1, "\(shown)")
    }

    @Test func `A secret hides no other command`() {
        for command in ["TOKEN=x; rm -rf /", "login --token x && rm -rf /", "echo password: x | rm -rf /"] {
            #expect(AuditInput(["command": .string(command)]).shown["command"]?.string?.hasSuffix("rm -rf /") == true)
        }
    }

    @Test func `Fields named like secrets are not kept, whatever they hold`() {
        let input = AuditInput([
            "password": "abc123", "apiKey": ["abc123"],
            "nested": ["x-auth-token": 123, "list": [["cookie": "abc123"]]],
            "max_tokens": 5, "private_key": .null,
        ])
        #expect(!input.shown.text().contains("abc123") && !input.shown.text().contains("123"))
        #expect(input.shown["max_tokens"] == 5 && input.shown["private_key"] == .null)
    }

    @Test(arguments: [
        "-----BEGIN PRIVATE KEY-----\n", "://a@", "token ", "token=", "-u ", "--password ", "\\\"", "Bearer ", "'",
        "password\\\"",
        "\\", "-----BEGIN ", "AKIA0123456789ABCDEF", "Authorization: token ", "{\"token\":\"",
    ])
    func `However often something is there that looks like a secret, the rest of the text is looked through`(
        _ part: String
    ) {
        let noise = String(repeating: part, count: 2000)
        let input = AuditInput(["command": .string(noise + "\n\"'`\n' ; login --password abc123 && echo ok")])
        #expect(!input.shown.text().contains("abc123"))
        // Only the end differs, and there the secret.
        let other = AuditInput(["command": .string(noise + "\n\"'`\n' ; login --password xyz789 && echo ok")])
        #expect(input.digest == other.digest)
    }

    @Test func `Nobody looks through what goes into files`() {
        let secret = AuditInput(["file_path": "/a", "content": "password=abc123"])
        let other = AuditInput(["file_path": "/a", "content": "password=xyz789"])
        #expect(secret.shown["content"] == "(15 bytes)" && secret.digest == other.digest)
        let edits = AuditInput(["edits": [["old_string": "token=abc", "new_string": "é"]], "content": ["a": "b"]])
        #expect(edits.shown["edits"] == [["old_string": "(9 bytes)", "new_string": "(2 bytes)"]])
        #expect(edits.shown["content"] == ["a": "b"])
    }

    @Test func `Contents of files are sizes, long texts are cut, and the digest speaks for all`() {
        let long = String(repeating: "é", count: 2000)
        let input = AuditInput(["file_path": "/a", "content": .string(long), "note": .string(long)])
        #expect(input.shown["content"] == "(4000 bytes)")
        #expect(input.shown["note"]?.string?.hasSuffix("… (4000 bytes)") == true)
        #expect((input.shown["note"]?.string?.utf8.count ?? 0) < 1100)
        #expect(AuditInput(["content": .string(long)]).digest != AuditInput(["content": .string(long + "x")]).digest)
        let huge = AuditInput(.object(JSONObject((0..<200).map { .init(key: "k\($0)", value: .string(long)) })))
        #expect(huge.shown["omitted_bytes"]?.int ?? 0 > 100_000)
    }
}
