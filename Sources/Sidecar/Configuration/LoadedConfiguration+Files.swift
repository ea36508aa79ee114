extension LoadedConfiguration {
    /// Reads what the configuration names, scripts and certificates, as `serve` will: a file that is right by itself may
    /// still point to one that is not.
    func checkFiles(_ environment: [String: String]) throws(ConfigurationError) {
        _ = try GatewaySettings(configuration, environment: environment)
    }
}
