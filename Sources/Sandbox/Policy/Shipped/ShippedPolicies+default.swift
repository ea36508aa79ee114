extension ShippedPolicies {
    static let standard = "version: 1\n"
}
