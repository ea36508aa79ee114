internal import LinuxSystem

/// Where the configuration comes from, to read it once more when it changes. Flags of the command line still count then.
///
/// What it names is part of it: a script or a file of certificates that is edited takes effect as sidecar.yaml does.
package final class ConfigurationReload: @unchecked Sendable {
    package typealias Result = (loaded: LoadedConfiguration, settings: GatewaySettings)

    package let environment: [String: String]
    package let file: String?
    private let overrides: [ConfigurationOverride]
    /// Touched on the main loop only.
    private var watched: WatchedFiles

    package init(file: String?, environment: [String: String], overrides: [ConfigurationOverride]) {
        self.file = file
        self.environment = environment
        self.overrides = overrides
        watched = WatchedFiles(file.map { [$0] } ?? [])
    }

    /// For somebody who looks from another folder.
    var absoluteFile: String? {
        guard let file, !file.hasPrefix("/") else { return file }
        return (try? File.currentDirectory()).map { "\($0)/\(file)" } ?? file
    }

    /// What changed since it was read, each once.
    package func changedFiles() -> [String] { watched.changed() }

    package func load() throws(ConfigurationError) -> Result {
        let own = file.map { [$0] } ?? []
        watched.note(own)
        let loaded = try ConfigurationFile.load(explicit: file, environment: environment, overrides: overrides)
        // Also when it is one of these that is wrong: its mending must be seen.
        let named = loaded.configuration.namedFiles
        watched.watch(own + named)
        watched.note(named)
        return (loaded, try loaded.settings(environment))
    }
}

extension Configuration {
    /// The files that it names, each once.
    package var namedFiles: [String] {
        let all = providers.flatMap { provider -> [String?] in
            switch provider.kind {
            case .anthropic(let settings): [settings.caFile, upstream.caFile]
            case .chat(let settings): [settings.caFile, upstream.caFile]
            case .native(let settings): settings.files + [upstream.caFile]
            case .scripted(let settings): [settings.script]
            }
        }
        return all.reduce(into: []) { found, path in
            if let path, !found.contains(path) { found.append(path) }
        }
    }
}
