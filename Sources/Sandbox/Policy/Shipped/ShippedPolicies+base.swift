extension ShippedPolicies {
    static let base = "version: 1\n"
}
