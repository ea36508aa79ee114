package import YAML

// What is wrong with sidecar.yaml, and who decided a value of it, is told as for every file of settings.
package typealias ConfigurationProblem = SettingsProblem
package typealias ConfigurationError = SettingsError
package typealias ConfigurationOrigin = SettingsOrigin
typealias ConfigurationReader = SettingsReader

extension SettingsReader {
    /// For sidecar.yaml: variables are those of the environment, and a key that stands in the wrong place is known.
    static func configuration(file: String, environment: [String: String]) -> SettingsReader {
        SettingsReader(
            file: file,
            dialect: Dialect(
                expand: { text throws(ValueError) in try VariableExpansion.expand(text, environment) },
                hint: { name in
                    ConfigurationKeys.paths(endingIn: name).first.map { "; it belongs where `\($0)` says" } ?? ""
                }))
    }
}
