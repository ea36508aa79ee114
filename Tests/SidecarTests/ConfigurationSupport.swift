import Sidecar
import YAML

/// Loads a text as if it were the file `s.yaml`.
func load(
    _ text: String, environment: [String: String] = [:], overrides: [ConfigurationOverride] = [],
    name: String = "s.yaml"
) -> Result<LoadedConfiguration, ConfigurationError> {
    ConfigurationLoader.load(
        ConfigurationSource(name: name, bytes: Array(text.utf8)), environment: environment, overrides: overrides)
}

func configuration(
    _ text: String, environment: [String: String] = [:], overrides: [ConfigurationOverride] = []
) throws -> Configuration {
    try load(text, environment: environment, overrides: overrides).get().configuration
}

/// All problems of a text, one a line; empty when there is none.
func problems(
    _ text: String, environment: [String: String] = [:], overrides: [ConfigurationOverride] = []
) -> [String] {
    switch load(text, environment: environment, overrides: overrides) {
    case .success: []
    case .failure(let error): error.problems.map(\.description)
    }
}
