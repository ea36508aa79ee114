internal import LinuxSystem

/// Where the configuration comes from, to read it once more when it changes. Flags of the command line still count then.
///
/// What it names is part of it: a script or a file of certificates that is edited takes effect as sidecar.yaml does.
package final class ConfigurationReload: @unchecked Sendable {
    package typealias Result = (loaded: LoadedConfiguration, settings: GatewaySettings)

    package let environment: [String: String]
    package let file: String?
    private let overrides: [ConfigurationOverride]
    /// All that is touched on the main loop only: the files whose change counts, and how they were when they were read.
    /// One that was not there has no identity, so that it counts as changed once it is.
    private var watched: [String]
    private var identities: [String: File.Identity] = [:]

    package init(file: String?, environment: [String: String], overrides: [ConfigurationOverride]) {
        self.file = file
        self.environment = environment
        self.overrides = overrides
        watched = file.map { [$0] } ?? []
    }

    /// For somebody who looks from another folder.
    var absoluteFile: String? {
        guard let file, !file.hasPrefix("/") else { return file }
        return (try? File.currentDirectory()).map { "\($0)/\(file)" } ?? file
    }

    /// What changed since it was read, each once. A file that is gone has not changed: editors take it away for a moment.
    package func changedFiles() -> [String] {
        watched.filter { path in
            guard let now = Self.identity(path), now != identities[path] else { return false }
            identities[path] = now
            return true
        }
    }

    package func load() throws(ConfigurationError) -> Result {
        // Before the reading, each time: a change that comes meanwhile is seen at the next look, not missed.
        let own = file.map { [$0] } ?? []
        for path in own { identities[path] = Self.identity(path) }
        let loaded = try ConfigurationFile.load(explicit: file, environment: environment, overrides: overrides)
        // Also when it is one of these that is wrong: its mending must be seen.
        watched = own + loaded.configuration.namedFiles
        for path in watched.dropFirst(own.count) { identities[path] = Self.identity(path) }
        return (loaded, try loaded.settings(environment))
    }

    private static func identity(_ path: String) -> File.Identity? { try? File.status(path).identity }
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
