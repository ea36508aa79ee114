extension ShippedPolicies {
    static let strict = "version: 1\n"
}
