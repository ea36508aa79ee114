extension ShippedPolicies {
    static let open = "version: 1\n"
}
