internal import Sandbox
internal import YAML

extension Invocation {
    /// A configuration that is right in all that it says and names, for commands that tell everything at once; `serve` refuses
    /// for the same reasons.
    /// - isNamed: by the user, and not only found.
    func whole(
        _ examined: ConfigurationLoader.Examined, isNamed: Bool
    ) throws(ConfigurationError) -> LoadedConfiguration {
        let loaded = examined.loaded
        var problems = examined.problems
        if problems.isEmpty {
            do throws(ConfigurationError) {
                _ = try loaded.settings(environment)
            } catch {
                problems = error.problems
            }
        } else if let problem = loaded.workspaceProblem {
            problems.append(problem)
        }
        problems += policyProblems(loaded, isNamed: isNamed)
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return loaded
    }

    /// What is wrong with the policy that it chooses.
    func policyProblems(_ loaded: LoadedConfiguration, isNamed: Bool) -> [ConfigurationProblem] {
        guard let name = loaded.configuration.policy,
            let variables = try? policyVariables(workspace: loaded.configuration.workspace)
        else { return [] }
        do throws(SettingsError) {
            let source = try PolicySource.inForce(
                flag: nil, configured: name, configurationWasNamed: isNamed, workspace: variables.workspace,
                SystemHost())
            _ = try PolicyLoader.load(source, SystemPolicyFiles()).get()
            return []
        } catch {
            return loaded.placed(error).problems
        }
    }
}

extension LoadedConfiguration {
    /// A policy that cannot be had at all is a mistake of the line that names it; what is wrong inside of it has places of
    /// its own.
    func placed(_ error: SettingsError) -> SettingsError {
        guard let place = place(of: "policy"), let named = configuration.policy else { return error }
        return SettingsError(
            error.problems.map { problem in
                guard case .wholeFile(let path) = problem.place, path == named else { return problem }
                return SettingsProblem(place: place, key: "policy", message: "\(path): \(problem.message)")
            })
    }
}
