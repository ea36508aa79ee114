package import JSON
package import LinuxSystem

/// A list that a server gives in pages, put together; hostile cursors end it.
package struct MCPListing: Sendable {
    package let what: MCPOffered
    package private(set) var items: [JSONValue] = []
    /// How long it may be taken for what is there: the shortest that a page says.
    package private(set) var timeToLive: TimeSpan?
    private var cursors: Set<String> = []

    /// A server with more has lost count, or never ends.
    package static let itemsMax = 10_000

    package init(_ what: MCPOffered) { self.what = what }

    package var method: String { what.method }

    /// The parameters of the next request; nil when there is no more.
    package mutating func take(_ page: JSONValue) -> JSONValue? {
        items += page[what.key]?.array ?? []
        if let milliseconds = page["ttlMs"]?.int, milliseconds > 0 {
            let said = TimeSpan.milliseconds(UInt64(milliseconds))
            timeToLive = min(timeToLive ?? said, said)
        }
        guard items.count < Self.itemsMax, let cursor = page["nextCursor"]?.string, !cursor.isEmpty,
            cursors.insert(cursor).inserted
        else { return nil }
        return ["cursor": .string(cursor)]
    }
}
