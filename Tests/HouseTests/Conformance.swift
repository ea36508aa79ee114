/// The scenarios by which the Model Context Protocol's own conformance suite judges clients and servers, for its two newest revisions.
/// That suite needs npm and a network; so each of its scenarios is a test of ours, which has its name.
enum Conformance {
    static let server =
        [
            "server-stateless", "completion-complete", "tools-list", "server-sse-multiple-streams",
            "sep-2164-resource-not-found", "dns-rebinding-protection", "caching",
        ]
        + below("tools-call", "simple-text image audio embedded-resource mixed-content error with-progress")
        + below("resources", "list read-text read-binary templates-read")
        + below("prompts", "list get-simple get-with-args get-embedded-resource get-with-image")
        + below(
            "input-required-result",
            """
            basic-elicitation basic-sampling basic-list-roots request-state multiple-input-requests multi-round \
            missing-input-response non-tool-request result-type unsupported-methods tampered-state capability-check \
            ignore-extra-params validate-input
            """)

    static let client =
        [
            "tools_call", "request-metadata", "sep-2322-client-request-state", "http-standard-headers",
            "http-custom-headers", "http-invalid-tool-headers", "json-schema-ref-no-deref",
        ]
        + below(
            "auth",
            """
            metadata-default metadata-var1 metadata-var2 metadata-var3 basic-cimd scope-from-www-authenticate \
            scope-from-scopes-supported scope-omitted-when-undefined scope-step-up scope-retry-limit \
            token-endpoint-auth-basic token-endpoint-auth-post token-endpoint-auth-none pre-registration \
            resource-mismatch offline-access-scope offline-access-not-supported authorization-server-migration \
            iss-supported iss-not-advertised iss-supported-missing iss-wrong-issuer iss-unexpected iss-normalized \
            metadata-issuer-mismatch
            """, "/")

    /// Of 2025-11-25, beside those above.
    static let session = [
        "server-initialize", "logging-set-level", "ping", "tools-call-with-logging", "tools-call-sampling",
        "tools-call-elicitation", "elicitation-sep1034-defaults", "elicitation-sep1330-enums", "resources-subscribe",
        "resources-unsubscribe", "initialize", "elicitation-sep1034-client-defaults", "sse-retry",
    ]

    private static func below(_ head: String, _ tails: String, _ joint: String = "-") -> [String] {
        tails.split(whereSeparator: \.isWhitespace).map { "\(head)\(joint)\($0)" }
    }

    /// What the names of tests say: in Swift their own, in Python their first words.
    static func names(in file: SourceFile) -> Set<Substring> {
        var names: Set<Substring> = []
        var isQuoted = false
        for line in file.lines {
            let quotes = line.ranges(of: "\"\"\"").count
            let isName = file.path.hasSuffix(".py") ? isQuoted || quotes > 0 : line.contains("`")
            if quotes == 1 { isQuoted.toggle() }
            if isName { names.formUnion(line.split { !$0.isLetter && !$0.isNumber && !"-_/".contains($0) }) }
        }
        return names
    }
}
