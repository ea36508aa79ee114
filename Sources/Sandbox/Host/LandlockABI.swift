/// What came with which version, see landlock(7).
package enum LandlockABI {
    private static let features: [(version: Int, name: String)] = [
        (2, "moving files between folders"), (3, "guarding truncation"), (4, "TCP rules"),
        (5, "guarding device ioctls"), (6, "scopes for signals and abstract sockets"),
    ]

    /// What a version does not have yet of that which the jail uses; nil when it has all.
    package static func lacking(at version: Int) -> String? {
        let names = features.filter { $0.version > version }.map { $0.name }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }
}
