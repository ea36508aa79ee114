extension FlagDeclaration {
    static let model = FlagDeclaration(
        "--model", .init("MODEL"),
        help: "The model to ask for; by default what Claude Code chooses, or the default route.")
    static let contextTokens = FlagDeclaration(
        "--context-tokens", .init("N"),
        help: "How much the model holds; 200000 by default for models that Claude Code does not know.")
}

extension Invocation {
    /// What the flags say of the client; nil when they are wrong, which is told.
    func claudeWish() -> ClaudeEnvironment.Wish? {
        var wish = ClaudeEnvironment.Wish(model: line["--model"])
        guard let text = line["--context-tokens"] else { return wish }
        guard let tokens = Int(text), Self.contextTokensAllowed.contains(tokens) else {
            let range = Self.contextTokensAllowed
            console.complain(
                "`--context-tokens` takes a number from \(range.lowerBound) to \(range.upperBound), not `\(text)`")
            return nil
        }
        wish.contextTokens = tokens
        return wish
    }

    /// Claude Code's own first request is about 12,000 tokens; nothing it knows holds more than a few million.
    private static var contextTokensAllowed: ClosedRange<Int> { 16_000...10_000_000 }

    /// What a running sidecar tells its clients; nil when it does not answer, which is told.
    func clientFacts(of sidecar: RunningSidecar) -> ClientFacts? {
        do throws(ControlClient.Failure) {
            if let facts = ClientFacts(try ControlClient.ask(sidecar.path, "GET", "/client")) { return facts }
            console.complain("\(sidecar.address) (pid \(sidecar.pid)) gave no answer that can be read")
        } catch {
            console.complain("\(sidecar.address) (pid \(sidecar.pid)): \(error.message)")
        }
        return nil
    }
}
