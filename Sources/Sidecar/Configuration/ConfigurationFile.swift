internal import LinuxSystem
internal import Sandbox
internal import YAML

/// Finds and reads the configuration file. The only part of the configuration that touches the system.
package enum ConfigurationFile {
    /// YAML.parse refuses more; reading one byte over it is enough to know.
    private static let bytesMax = 1 << 20

    /// Where the sidecar is started.
    static let inFolder = "sidecar.yaml"

    /// Where a file is looked for when `--config` names none; the first that exists wins.
    package static func candidates(environment: [String: String]) -> [String] {
        var paths = [inFolder]
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            paths.append("\(folder)/sidecar/sidecar.yaml")
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            paths.append("\(home)/.config/sidecar/sidecar.yaml")
        }
        return paths
    }

    /// The path in force: a file that was named must exist, one that was only looked for need not.
    package static func locate(explicit: String?, environment: [String: String]) -> String? {
        if let explicit { return explicit }
        if let named = environment["SIDECAR_CONFIG"], !named.isEmpty { return named }
        return candidates(environment: environment).first { File.exists($0) && !isStandIn($0) }
    }

    /// What a jail keeps in the place of a file that nobody may make: for us there is none.
    private static func isStandIn(_ path: String) -> Bool {
        guard !path.hasPrefix("/"), let folder = try? File.currentDirectory(),
            let path = NormalPath("\(folder)/\(path)")
        else { return false }
        return SystemHost().isStandIn(path)
    }

    /// nil when there is no file, which is fine.
    package static func read(
        explicit: String?, environment: [String: String]
    ) throws(ConfigurationError) -> ConfigurationSource? {
        guard let path = locate(explicit: explicit, environment: environment) else { return nil }
        do throws(SystemError) {
            return ConfigurationSource(name: path, bytes: try File.read(path, limit: bytesMax))
        } catch {
            throw ConfigurationError([
                ConfigurationProblem(
                    place: .wholeFile(path), key: "", message: "cannot be read: \(error.reason)")
            ])
        }
    }

    /// As a name for a file: what is written to us.
    package static let standardInput = "-"
    /// As messages call it.
    package static let standardInputName = "stdin"

    /// Paths in it start at the current folder, like those of a file there.
    package static func examineStandardInput(
        environment: [String: String]
    ) throws(ConfigurationError) -> ConfigurationLoader.Examined {
        let name = standardInputName
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try StandardInput.read(limit: bytesMax)
        } catch {
            let problem = ConfigurationProblem(
                place: .wholeFile(name), key: "", message: "cannot be read: \(error.reason)")
            throw ConfigurationError([problem])
        }
        return ConfigurationLoader.examine(ConfigurationSource(name: name, bytes: bytes), environment: environment)
    }

    /// Reads and loads in one step.
    package static func load(
        explicit: String?, environment: [String: String], overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationError) -> LoadedConfiguration {
        try examine(explicit: explicit, environment: environment, overrides: overrides).result.get()
    }

    /// As far as it can be read.
    package static func examine(
        explicit: String?, environment: [String: String], overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationError) -> ConfigurationLoader.Examined {
        let source = try read(explicit: explicit, environment: environment)
        return ConfigurationLoader.examine(source, environment: environment, overrides: overrides)
    }
}
