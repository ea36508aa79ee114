internal import JSON

/// A file that a worker is about to change: what is in it, and what will be. It comes before the change, and the worker waits.
struct WorkerOffer: Sendable {
    struct Content: Sendable {
        let size: Int
        let mode: Int?
        /// nil where it is too long to be kept.
        let bytes: [UInt8]?
    }

    /// nil: there is no file.
    let before: Content?
    let after: Content

    /// nil for a frame that is no offer.
    init?(_ json: JSONValue, _ blob: ArraySlice<UInt8>) throws(WorkerReply.Broken) {
        guard let keep = json["keep"] else { return nil }
        var rest = blob
        let old = keep["before"] ?? .null
        before = old.isNull ? nil : try Self.content(old, &rest)
        after = try Self.content(keep["after"] ?? .null, &rest)
        if !rest.isEmpty { throw WorkerReply.Broken(reason: "more is to be kept than was said") }
    }

    private static func content(
        _ json: JSONValue, _ rest: inout ArraySlice<UInt8>
    ) throws(WorkerReply.Broken) -> Content {
        guard let size = json["bytes"]?.int, size >= 0 else { throw WorkerReply.Broken(reason: "`keep` has no size") }
        // Whose rights a file lends is not for a jail to say.
        let mode = json["mode"]?.int.map { $0 & 0o777 }
        if json["left_out"]?.bool == true { return Content(size: size, mode: mode, bytes: nil) }
        guard size <= rest.count else { throw WorkerReply.Broken(reason: "`keep` is longer than what came") }
        let bytes = Array(rest.prefix(size))
        rest = rest.dropFirst(size)
        return Content(size: size, mode: mode, bytes: bytes)
    }
}
