/// What an address says of what lies there.
enum MediaName {
    private static let types = [
        ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
        ".pdf": "application/pdf",
    ]

    static func type(of address: String, or fallback: String) -> String {
        let path = address.prefix { $0 != "?" && $0 != "#" }.lowercased()
        return types.first { path.hasSuffix($0.key) }?.value ?? fallback
    }
}
