internal import YAML

/// The file that `config init` writes: every key with its explanation and its default, all commented out. Taking the
/// `#` away from a whole block, whose prose has one of its own, gives a valid file.
enum ConfigurationStarter {
    static func text() -> String {
        """
        # Configuration of sidecar. Every key is optional; what is commented out shows its default, or an example.
        # `sidecar config check` checks the file, `sidecar config show` prints what is in force.
        # ${VAR} and ${VAR:-default} stand for environment variables, in every value.

        """ + ConfigurationKeys.root.descriptions.filter { $0.availability == .now }.map(block).joined()
    }

    /// One key of the top level, with those below it, commented out.
    static func block(_ key: KeyDescription) -> String {
        "\n" + lines(key, indent: "").joined(separator: "\n") + "\n"
    }

    private static func lines(_ key: KeyDescription, indent: String) -> [String] {
        let prose = TextLayout.wrap(key.documentation, width: TextLayout.width - indent.count - 2).map {
            indent.isEmpty ? "# \($0)" : "#\(indent)# \($0)"
        }
        switch key.schema {
        case .keys(let keys):
            return prose + ["#\(indent)\(key.name):"]
                + keys.filter { $0.availability == .now }.flatMap { lines($0, indent: indent + "  ") }
        case .map(.tagged(let types)):
            return prose + ["#\(indent)\(key.name):"] + types.flatMap { provider($0, indent: indent + "  ") }
        default:
            return prose + ["#\(indent)\(key.name): \(sample(key))"]
        }
    }

    private static func provider(_ type: Schema.TaggedKeys, indent: String) -> [String] {
        ["#\(indent)\(type.tag):", "#\(indent)  type: \(type.tag)"]
            + type.keys.flatMap { lines($0, indent: indent + "  ") }
    }

    /// The default where there is one: uncommenting a key changes nothing until it is edited.
    private static func sample(_ key: KeyDescription) -> String {
        switch key.defaultValue {
        case .nothing, .list([]), .map([]), .text(""): key.example
        default: FlowText.text(key.defaultValue)
        }
    }
}
