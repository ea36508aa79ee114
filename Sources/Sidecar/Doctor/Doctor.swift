internal import Sandbox

/// Looks at everything that a sidecar needs. Changes nothing, starts no program, asks nobody over the network.
package enum Doctor {
    package static func examine(
        _ loaded: Result<LoadedConfiguration, ConfigurationError>, environment: [String: String]
    ) -> DoctorReport {
        // With a broken file the rest is still worth knowing, for the defaults.
        let configuration = (try? loaded.get().configuration) ?? Configuration()
        return DoctorReport(
            checks: HostReport(HostFacts.detect()).findings + LibraryChecks.findings()
                + ConfigurationFindings.findings(loaded) + [PortCheck.examine(configuration.listen)]
                + KeyChecks.findings(environment: environment, configured: keys(of: configuration))
                + PlaceChecks.findings(environment: environment))
    }

    /// Only the lengths go on from here.
    private static func keys(of configuration: Configuration) -> [(provider: String, length: Int?)] {
        configuration.providers.compactMap { provider in
            switch provider.kind {
            case .anthropic(let settings): (provider.name, settings.key.map { $0.reveal().utf8.count })
            // A server of one's own needs none, and a client's is never sent there.
            case .chat(let settings): settings.key.map { (provider.name, $0.reveal().utf8.count) }
            case .native(let settings):
                (settings.key ?? settings.secretKey).map { (provider.name, $0.reveal().utf8.count) }
            case .scripted: nil
            }
        }
    }
}
