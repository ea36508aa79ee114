internal import YAML

/// A value that a flag of the command line gives, for a key.
package struct ConfigurationOverride: Sendable, Equatable {
    /// Dotted: `log.level`.
    package let key: String
    package let text: String
    /// With its dashes: `--log-level`.
    package let flag: String

    package init(key: String, text: String, flag: String) {
        self.key = key
        self.text = text
        self.flag = flag
    }
}

/// The bytes of a configuration file, and the name that messages call it by.
package struct ConfigurationSource: Sendable, Equatable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// A configuration that is right, and who decided what in it.
package struct LoadedConfiguration: Sendable {
    package let configuration: Configuration
    /// nil: there is no file, all values are defaults or flags.
    package let file: String?
    /// By dotted key; a key that is missing has its default.
    package let origins: [String: ConfigurationOrigin]
    let draft: ConfigurationDraft
}

/// Pure: the same bytes, environment and flags always give the same answer. Start, reload, `config check` and the
/// fuzzer all come through here.
package enum ConfigurationLoader {
    package static func load(
        _ source: ConfigurationSource?, environment: [String: String], overrides: [ConfigurationOverride] = []
    ) -> Result<LoadedConfiguration, ConfigurationError> {
        examine(source, environment: environment, overrides: overrides).result
    }

    /// What could be read, and all that could not: what is wrong in one place hides nothing in another.
    package struct Examined: Sendable {
        package let loaded: LoadedConfiguration
        package var problems: [ConfigurationProblem]

        package var result: Result<LoadedConfiguration, ConfigurationError> {
            problems.isEmpty ? .success(loaded) : .failure(ConfigurationError(problems))
        }
    }

    package static func examine(
        _ source: ConfigurationSource?, environment: [String: String], overrides: [ConfigurationOverride] = []
    ) -> Examined {
        let section = ConfigurationKeys.root
        var reader = SettingsReader.configuration(
            file: source?.name ?? "(defaults)", environment: environment)
        var draft = ConfigurationDraft()
        if let source {
            do throws(YAMLError) {
                if let node = try YAML.parse(source.bytes, file: source.name) {
                    section.decode(node, "", into: &draft, &reader)
                }
            } catch {
                reader.report(error.position, "", error.message)
            }
        }
        for override in overrides {
            reader.source = .flag(override.flag)
            section.decode(node(for: override), "", into: &draft, &reader)
        }
        let configuration = ConfigurationChecks.finish(draft, &reader)
        return Examined(
            loaded: LoadedConfiguration(
                configuration: configuration, file: source?.name, origins: reader.origins, draft: draft),
            problems: reader.problems)
    }

    /// `log.level` = `warn` as the map that a file would have.
    private static func node(for override: ConfigurationOverride) -> YAMLNode {
        // Quoted, so that a text such as `null` or an empty one is a text.
        let value = YAMLNode(.scalar(YAMLScalar(override.text, style: .doubleQuoted)), at: .start)
        return override.key.split(separator: ".").reversed().reduce(value) { inner, name in
            YAMLNode(.mapping([YAMLEntry(key: String(name), at: .start, value: inner)]), at: .start)
        }
    }
}
