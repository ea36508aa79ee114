extension ShippedPolicies {
    static let readonly = "version: 1\n"
}
