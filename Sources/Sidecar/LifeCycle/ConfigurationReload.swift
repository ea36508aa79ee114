internal import LinuxSystem

/// Where the configuration came from, to read it again. Flags of the command line still count then.
package final class ConfigurationReload: @unchecked Sendable {
    package let environment: [String: String]
    package let file: String?
    private let overrides: [ConfigurationOverride]
    /// Touched on the main loop only.
    private var identity: File.Identity?

    package init(file: String?, environment: [String: String], overrides: [ConfigurationOverride]) {
        self.file = file
        self.environment = environment
        self.overrides = overrides
        identity = file.flatMap { try? File.status($0).identity }
    }

    /// For somebody who looks from another folder.
    var absoluteFile: String? {
        guard let file, !file.hasPrefix("/") else { return file }
        return (try? File.currentDirectory()).map { "\($0)/\(file)" } ?? file
    }

    /// Once for each change. A file that is gone has not changed: editors take it away for a moment.
    package func fileDidChange() -> Bool {
        guard let file, let now = try? File.status(file).identity, now != identity else { return false }
        identity = now
        return true
    }

    package func load() throws(ConfigurationError) -> LoadedConfiguration {
        try ConfigurationFile.load(explicit: file, environment: environment, overrides: overrides)
    }
}
