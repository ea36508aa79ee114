internal import LinuxSystem
package import Sandbox
package import ToolRuntime
internal import YAML

/// Which policy, which folder and which programs tools have, from what the user said.
package struct ToolSetup: Sendable {
    package private(set) var settings: ToolHostSettings
    /// Where the policy came from, for messages.
    package let source: PolicySource
    /// The files that the policy was read from.
    let policyFiles: [String]

    /// - configured: the configuration's `policy`; what lies in the workspace counts only if the user named the file.
    static func make(
        flag: String?, configured: String?, configurationWasNamed: Bool, variables: PolicyVariables,
        environment: [String: String]
    ) throws(SettingsError) -> ToolSetup {
        let source = try PolicySource.inForce(
            flag: flag, configured: configured, configurationWasNamed: configurationWasNamed,
            workspace: variables.workspace, SystemHost())
        let loaded = try PolicyLoader.load(source, SystemPolicyFiles()).get()
        guard let state = Places.state(environment) else {
            throw problem("no state folder: set XDG_STATE_HOME or HOME to an absolute path")
        }
        guard SystemHost().kind(variables.workspace) == .folder else {
            throw problem("the workspace \(variables.workspace) is no folder; name one that is there", "--workspace")
        }
        let programs: String
        do throws(SystemError) {
            programs = try ProofSettings.folderOfThisProgram()
        } catch {
            throw problem("the programs beside sidecar cannot be found: \(error)")
        }
        return ToolSetup(
            settings: ToolHostSettings(
                policy: loaded.policy, variables: variables, environment: environment, stateFolder: state,
                programsFolder: programs), source: source,
            policyFiles: loaded.texts.keys.filter { !$0.hasPrefix(PolicySource.builtInPrefix) }.sorted())
    }

    /// With what the configuration says beside the policy.
    func with(_ configuration: Configuration, _ environment: [String: String]) -> ToolSetup {
        var setup = self
        setup.settings.search = configuration.searchSettings(environment)
        setup.settings.isDurable = configuration.tools.fsync
        setup.settings.requiresAudit = configuration.tools.requireAudit
        return setup
    }

    /// What nobody in a jail may change: the configuration in force, and our own folders.
    func guarding(configurationFile: String?, _ environment: [String: String]) -> ToolSetup {
        var setup = self
        let folder = (try? File.currentDirectory()) ?? "/"
        setup.settings.ownFiles = [configurationFile].compactMap { $0 }
            .filter { $0 != ConfigurationFile.standardInput }.map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
        let folders = [Places.configuration(environment), Places.runtimeBase(environment).map { $0 + "/sidecar" }]
        setup.settings.ownFolders += folders.compactMap { $0 }
        return setup
    }

    private static func problem(_ message: String, _ flag: String = "tools") -> SettingsError {
        SettingsError([SettingsProblem(place: .flag(flag), key: "", message: message)])
    }
}

extension Invocation {
    /// For commands that run tools: flags first, then the configuration.
    /// - tool: the only one that will run; nil: any may.
    func toolSetup(for tool: String? = nil) throws(SettingsError) -> ToolSetup {
        // A policy that is named needs no configuration, which may be wrong in other ways.
        let isNeeded = line["--policy"] == nil || tool == nil || tool == "WebSearch"
        let loaded = isNeeded ? try loadConfiguration() : nil
        let configuration = loaded?.configuration ?? Configuration()
        do throws(SettingsError) {
            return try ToolSetup.make(
                flag: line["--policy"], configured: configuration.policy, configurationWasNamed: namesConfiguration,
                variables: policyVariables(), environment: environment
            ).with(configuration, environment).guarding(
                configurationFile: ConfigurationFile.locate(explicit: line["--config"], environment: environment),
                environment)
        } catch {
            throw line.has("--policy") ? error : loaded?.placed(error) ?? error
        }
    }

    /// By the flag or by the variable, and not only found.
    var namesConfiguration: Bool {
        line["--config"] != nil || !(environment["SIDECAR_CONFIG"] ?? "").isEmpty
    }
}
