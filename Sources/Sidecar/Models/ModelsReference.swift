internal import JSON
internal import YAML

/// docs/models.md, from the tables themselves.
package enum ModelsReference {
    package static func markdown() -> String {
        introduction + presets() + "\n## Models that are known\n\n" + models()
    }

    private static let introduction = """
        # Models and presets

        <!-- Written from the tables in Sources/Sidecar/Models and ChatPreset.swift.
             To renew it: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests -->

        `sidecar models` and `GET /v1/models` list what clients may ask for: the names of `models`, and what each provider says
        that it has. A client of Anthropic's gets Anthropic's shape (pages, windows, capabilities), one of OpenAI's gets
        OpenAI's; windows, limits and prices stand under `sidecar` in both. Claude Code's picker shows only names that begin
        with `claude`, so it is told `claude/PROVIDER/MODEL` for the others, which is taken back when it asks for one
        (`CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1`). With Anthropic alone behind, its own list passes.

        ```yaml
        models:
          big: openrouter/anthropic/claude-opus-5.5
          "claude-haiku-*": local/qwen3            # `*` stands for any characters
          terse: { model: openai/gpt-5.5, parameters: { verbosity: low } }
          local/qwen3: { context: 65536, output: 16384, images: false, thinking: true }
          local/*: { parameters: { min_p: 0.05 } } # of all its models that nothing else matches
        ```

        What is said of a model counts in this order: the configuration, its provider's own list, the table below. The table is not
        taken for servers of one's own. A request for more than a model can write is lowered to that.

        **Parameters** are put into the request's body as they are written, where the request does not say the same itself;
        objects are filled in. Those of a name come before those of the model, and these before those of the provider. Clients
        send further ones in the body; [compatibility.md](compatibility.md) says which pass.


        """

    private static func presets() -> String {
        "## Presets\n\nFor providers of type `openai-compatible`: `{ type: openai-compatible, preset: groq, key: … }`. Keys that "
            + "the file has count more.\n\n| preset | | address | quirks |\n|---|---|---|---|\n"
            + ChatPreset.all.map { preset in
                let address = preset.baseURL?.description ?? "`base_url` must be said"
                return "| `\(preset.id)` | \(preset.title) | \(address) | \(quirks(preset)) |\n"
            }.joined()
    }

    private static func quirks(_ preset: ChatPreset) -> String {
        let provider = ChatProvider(type: .compatible, preset: preset)
        guard case .map(let keys) = ProviderType.chat(.compatible).show(provider),
            let value = keys.first(where: { $0.name == "quirks" })?.value, case .map(let quirks) = value
        else { return "" }
        return quirks.filter { $0.value != .nothing }.map { "`\($0.name): \(FlowText.text($0.value))`" }
            .joined(separator: ", ")
    }

    private static func models() -> String {
        "As their makers say, in November 2026: tokens, and US dollars for a million of them.\n\n"
            + "| model | window | answer | in | out | cached | takes |\n|---|---|---|---|---|---|---|\n"
            + ShippedModels.rows.map { row in
                let facts = row.facts
                let takes = [(facts.images, "images"), (facts.pdf, "PDF"), (facts.thinking, "thinks")]
                    .compactMap { $0.0 == true ? $0.1 : nil }
                let prices = [facts.prices.input, facts.prices.output, facts.prices.cacheRead]
                let cells =
                    ["`\(row.id)`", number(facts.context), number(facts.output)] + prices.map { price($0) }
                    + [takes.joined(separator: ", ")]
                return "| " + cells.joined(separator: " | ") + " |\n"
            }.joined()
    }

    private static func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }

    /// 4, not 4.0.
    private static func price(_ value: Double?) -> String {
        guard let value else { return "" }
        return value == value.rounded() ? "\(Int(value))" : JSONValue.double(value).text()
    }
}
