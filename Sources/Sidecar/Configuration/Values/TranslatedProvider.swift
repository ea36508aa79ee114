package import JSON

/// What the settings of all providers have whose API is another than Anthropic's.
package protocol TranslatedProvider {
    /// nil: none is sent. A client's own never is: it is another provider's.
    var key: Secret? { get set }
    var caFile: String? { get set }
    var proxy: ProxySetting? { get set }
    var headers: [ProviderHeader] { get set }
    var maxOutputTokens: Int? { get set }
    /// What requests get besides what they say themselves.
    var parameters: JSONObject? { get set }
}
