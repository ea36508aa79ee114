extension LoadedConfiguration {
    /// What the configuration means for requests. Reads what it names, so this is where a file that is right by itself is
    /// found to point to what is not: start, reload, `config check` and the doctor come through here.
    package func settings(_ environment: [String: String]) throws(ConfigurationError) -> GatewaySettings {
        try GatewaySettings(configuration, environment: environment)
    }
}
