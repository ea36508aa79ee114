internal import LinuxSystem
internal import YAML

extension LoadedConfiguration {
    /// What the configuration means for requests. Reads what it names, so this is where a file that is right by itself is
    /// found to point to what is not: start, reload, `config check` and the doctor come through here.
    package func settings(_ environment: [String: String]) throws(ConfigurationError) -> GatewaySettings {
        var problems = [workspaceProblem].compactMap { $0 }
        do throws(ConfigurationError) {
            let settings = try GatewaySettings(configuration, environment: environment)
            if problems.isEmpty { return settings }
        } catch {
            problems += error.problems
        }
        throw ConfigurationError(problems)
    }

    /// The default is the folder that we were started in, which needs no proof.
    var workspaceProblem: ConfigurationProblem? {
        let key = "workspace"
        let path = configuration.workspace
        guard let place = place(of: key) else { return nil }
        let message: String
        do throws(SystemError) {
            if try File.status(path).kind == .directory { return nil }
            message = "`\(path)` is not a folder; name the folder that tools work in"
        } catch {
            message =
                error.isNotFound
                ? "there is no folder `\(path)`; make it, or name one that is there"
                : "the folder `\(path)` cannot be looked at: \(error.reason)"
        }
        return ConfigurationProblem(place: place, key: key, message: message)
    }

    /// Where somebody decided the value of a key; nil for a default.
    func place(of key: String) -> ConfigurationProblem.Place? {
        switch origins[key] {
        case .file(let position): file.map { .file($0, position) }
        case .flag(let name): .flag(name)
        case .defaultValue, nil: nil
        }
    }
}
