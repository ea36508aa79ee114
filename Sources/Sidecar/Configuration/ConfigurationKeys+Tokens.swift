internal import Translation
internal import YAML

extension ConfigurationKeys {
    static var tokens: Section<Configuration.Tokens> {
        Section(
            defaults: Configuration.Tokens(),
            [
                Key(
                    "vocabulary", \.vocabulary, ValueKind.pathBesideFile.optional, example: "o200k_base.tiktoken",
                    "A vocabulary in tiktoken's form, for the models of all providers that do not count themselves; a relative "
                        + "path starts at this file's folder. Left out, what `sidecar tokens install` has brought, and an "
                        + "estimate where that is nothing."),
                Key(
                    "pattern", \.pattern, ValueKind.choice.optional, example: "o200k",
                    "How its tokenizer cuts texts into pieces; otherwise told by the file's name."),
            ])
    }
}
