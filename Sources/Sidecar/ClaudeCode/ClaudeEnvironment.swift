/// The variables that make Claude Code a client of a sidecar. Pure: facts in, variables out; docs/claude-code.md tells
/// why each is there.
package struct ClaudeEnvironment: Sendable, Equatable {
    package struct Variable: Sendable, Equatable {
        package let name: String
        package let value: String
        /// Handed to the client and never printed.
        package let isSecret: Bool

        package init(_ name: String, _ value: String, isSecret: Bool = false) {
            self.name = name
            self.value = value
            self.isSecret = isSecret
        }
    }

    /// What the user asks for in this call.
    package struct Wish: Sendable, Equatable {
        package var model: String?
        package var contextTokens: Int?

        package init(model: String? = nil, contextTokens: Int? = nil) {
            self.model = model
            self.contextTokens = contextTokens
        }
    }

    /// In the order in which a person wants to read them.
    package private(set) var variables: [Variable] = []
    /// What the user should know about them.
    package private(set) var remarks: [String] = []
    private let existing: [String: String]

    /// `environment` is the user's own: what is set there stays, except for the address, without which nothing of this
    /// would have a meaning, and for what a flag asks for. `isLoggedIn`: the client has credentials of its own that are
    /// no variables.
    package init(_ facts: ClientFacts, _ wish: Wish, environment: [String: String], isLoggedIn: Bool) {
        existing = environment
        address(facts)
        credentials(facts, isLoggedIn: isLoggedIn)
        offer("CLAUDE_CODE_GATEWAY_HINT_HEADERS", "1")
        model(facts, wish)
        offer("CLAUDE_STREAM_IDLE_TIMEOUT_MS", "\(Self.streamIdleMilliseconds)")
    }

    // MARK: Numbers

    /// What a model that the client does not know is taken to hold. It believes in a million by itself, and then never
    /// compacts a conversation before the model refuses it.
    package static let contextTokens = 200_000
    /// A quarter for the answer leaves three for the conversation; above this it is what the client asks for anyway.
    private static func outputTokens(context: Int) -> Int { min(32_000, context / 4) }
    /// The client gives a stream up after ten minutes of nothing but signs of life. We watch the upstream ourselves, and
    /// a slow model may take longer to read a long prompt.
    private static let streamIdleMilliseconds = 1_800_000

    // MARK: The parts

    private mutating func address(_ facts: ClientFacts) {
        if let other = value("ANTHROPIC_BASE_URL"), other != facts.url {
            remarks.append("ANTHROPIC_BASE_URL was \(Self.withoutCredentials(other)); this sidecar takes its place")
        }
        variables.append(Variable("ANTHROPIC_BASE_URL", facts.url))
    }

    private mutating func credentials(_ facts: ClientFacts, isLoggedIn: Bool) {
        let names = ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"]
        let given = names.compactMap { value($0) }
        if let key = facts.key?.reveal() {
            if given.contains(key) { return }
            if value("ANTHROPIC_AUTH_TOKEN") == nil {
                variables.append(Variable("ANTHROPIC_AUTH_TOKEN", key, isSecret: true))
            } else {
                remarks.append("ANTHROPIC_AUTH_TOKEN is set and not the first of auth.keys; the sidecar may refuse it")
            }
            return
        }
        if facts.needsCredentials || !given.isEmpty || isLoggedIn { return }
        // Without any credentials the client makes no request at all; these go no further than the sidecar. A token, since
        // of a key that it does not know the client asks in a session whether to use it, and recommends not to.
        variables.append(Variable("ANTHROPIC_AUTH_TOKEN", Self.placeholderToken))
    }

    package static let placeholderToken = "sidecar-needs-no-key"

    private mutating func model(_ facts: ClientFacts, _ wish: Wish) {
        let model = wish.model ?? value("ANTHROPIC_MODEL") ?? unknownModel(facts)
        if let wanted = wish.model { demand("ANTHROPIC_MODEL", wanted) }
        guard let model, !Self.isKnown(model) else {
            if let tokens = wish.contextTokens { demand("CLAUDE_CODE_MAX_CONTEXT_TOKENS", "\(tokens)") }
            return
        }
        offer("ANTHROPIC_MODEL", model)
        // The names behind which the client looks for small, middle and large models. Left alone it would ask for models
        // of its maker in the shape that those expect.
        if value("ANTHROPIC_SMALL_FAST_MODEL") == nil { offer("ANTHROPIC_DEFAULT_HAIKU_MODEL", model) }
        offer("ANTHROPIC_DEFAULT_SONNET_MODEL", model)
        offer("ANTHROPIC_DEFAULT_OPUS_MODEL", model)
        if let tokens = wish.contextTokens {
            demand("CLAUDE_CODE_MAX_CONTEXT_TOKENS", "\(tokens)")
        } else {
            offer("CLAUDE_CODE_MAX_CONTEXT_TOKENS", "\(Self.contextTokens)")
        }
        let context =
            wish.contextTokens ?? value("CLAUDE_CODE_MAX_CONTEXT_TOKENS").flatMap { Int($0) } ?? Self.contextTokens
        offer("CLAUDE_CODE_MAX_OUTPUT_TOKENS", "\(Self.outputTokens(context: context))")
    }

    /// The default route's model, unless the client may go on to ask for its own.
    private func unknownModel(_ facts: ClientFacts) -> String? {
        guard let route = facts.model, let slash = route.firstIndex(of: "/") else { return facts.model }
        return Self.isKnown(String(route[route.index(after: slash)...])) ? nil : route
    }

    /// Whether the client has a table of facts for the name: its maker's models, and its own short names for them.
    static func isKnown(_ model: String) -> Bool {
        ["opus", "sonnet", "haiku", "default", "opusplan"].contains(model) || model.hasPrefix("claude-")
    }

    // MARK: Helpers

    /// Set and not empty: that is what the client looks at.
    private func value(_ name: String) -> String? { existing[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Unless the user has decided otherwise.
    private mutating func offer(_ name: String, _ value: String) {
        if self.value(name) == nil && !variables.contains(where: { $0.name == name }) {
            variables.append(Variable(name, value))
        }
    }

    /// A flag of this call says so.
    private mutating func demand(_ name: String, _ value: String) { variables.append(Variable(name, value)) }

    private static func withoutCredentials(_ url: String) -> String {
        guard let scheme = url.range(ofText: "://"), let at = url.lastIndex(of: "@"), at > scheme.upperBound else {
            return url
        }
        return url[..<scheme.upperBound] + "…" + url[at...]
    }
}

extension ClaudeEnvironment {
    /// For a shell of the Bourne family to evaluate; secrets are left out.
    package var shellText: String {
        variables.filter { !$0.isSecret }.map { "export \($0.name)=\(ShellWord.quotedIfNeeded($0.value))\n" }.joined()
    }

    package var secretNames: [String] { variables.filter(\.isSecret).map(\.name) }
}
