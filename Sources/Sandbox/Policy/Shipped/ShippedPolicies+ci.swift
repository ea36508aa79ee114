extension ShippedPolicies {
    static let ci = "version: 1\n"
}
