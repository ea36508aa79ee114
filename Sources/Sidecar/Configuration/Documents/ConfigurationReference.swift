internal import YAML

/// docs/configuration.md, from the declarations.
package enum ConfigurationReference {
    package static func markdown() -> String {
        let keys = ConfigurationKeys.root.descriptions
        let now = keys.filter { $0.availability == .now }
        let plain = now.filter { $0.children.isEmpty }
        var text = introduction + "\n## Top level\n\n" + table(plain, prefix: "")
        for section in now where !section.children.isEmpty {
            text += "\n## \(section.name)\n\n\(section.documentation)\n\n"
            text += table(section.children.filter { $0.availability == .now }, prefix: "\(section.name).")
        }
        text += providers()
        text +=
            "\n## Not yet\n\nThese keys are promised. This version refuses them, rather than ignore what you asked for.\n\n"
        text += "| key | |\n|---|---|\n" + notYet(keys, prefix: "")
        return text
    }

    private static let introduction = """
        # Configuration: sidecar.yaml

        <!-- Written from the declarations in Sources/Sidecar/Configuration.
             To renew it: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests -->

        Without any file, requests go to Anthropic's API with the client's own credentials. `sidecar config init` writes a
        file with every key explained, `sidecar config check` checks one, `sidecar config show` prints what is in force and
        who decided it, `sidecar config schema` prints a JSON Schema for editors.

        The file is the first of these that there is: `--config FILE`, `$SIDECAR_CONFIG`, `./sidecar.yaml`,
        `$XDG_CONFIG_HOME/sidecar/sidecar.yaml` (`~/.config` without that variable). The first two must exist. Flags of
        `sidecar serve` win over the file. Unknown keys are errors; an error names its line, its column and the mend.

        - **Variables.** `${VAR}` and `${VAR:-default}` expand in every value; the default also stands in for an empty
          variable. An unset variable without default is an error. `$${` stands for the characters `${`. What a variable
          held never shows in an error message.
        - **Times** have a unit: `250ms`, `30s`, `5m`, `1h`. **Sizes** are bytes, or have one: `64KiB`, `32MiB`, `1GB`.
        - **Secrets** are `…` wherever the sidecar prints them.
        - Texts need no quotes as long as YAML does not read them differently: `no` is a text where a text is wanted.
          One file holds one document; keys are unique; invisible and direction-changing characters are refused.

        """

    private static func table(_ keys: [KeyDescription], prefix: String) -> String {
        "| key | value | default | |\n|---|---|---|---|\n"
            + keys.map { key in
                let standard = FlowText.text(key.defaultValue)
                let shown = standard.isEmpty || key.defaultValue == .text("") ? "" : "`\(standard)`"
                let example = shown.isEmpty || shown == "`[]`" || shown == "`{}`" ? " Example: `\(key.example)`" : ""
                return "| `\(prefix)\(key.name)` | \(key.typeName) | \(shown) | \(key.documentation)\(example) |\n"
            }.joined()
    }

    private static func providers() -> String {
        var text =
            "\n## Types of providers\n\nEach entry of `providers` has a `type`, which decides its further keys.\n"
        for type in ProviderType.all {
            text += "\n### \(type.name)\n\n" + table(type.keys, prefix: "")
        }
        return text
    }

    private static func notYet(_ keys: [KeyDescription], prefix: String) -> String {
        keys.map { key in
            key.availability == .notYet
                ? "| `\(prefix)\(key.name)` | \(key.documentation) |\n"
                : notYet(key.children, prefix: "\(prefix)\(key.name).")
        }.joined()
    }
}
