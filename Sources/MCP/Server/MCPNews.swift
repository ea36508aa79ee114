package import JSON

/// What servers say unasked, for clients that want to hear it.
package enum MCPNews: Sendable, Equatable {
    /// There is another list.
    case changed(MCPOffered)
    /// A resource is not what it was, by the name that clients see.
    case updated(uri: String)
    /// There will be no more.
    case over

    package var notification: RPCNotification {
        switch self {
        case .changed(let what): RPCNotification(method: "notifications/\(what.capability)/list_changed")
        case .updated(let uri):
            RPCNotification(method: "notifications/resources/updated", parameters: ["uri": .string(uri)])
        case .over: RPCNotification(method: "notifications/cancelled")
        }
    }

    /// Who wants to hear of a resource hears of what lies below it too.
    package static func covers(_ subscribed: String, _ updated: String) -> Bool {
        updated == subscribed || updated.hasPrefix(subscribed.hasSuffix("/") ? subscribed : subscribed + "/")
    }
}

/// Which news a client without a session has asked for (`subscriptions/listen`).
package struct MCPInterest: Sendable, Equatable {
    private var lists: Set<String> = []
    package private(set) var resources: [String] = []

    private static let resourcesMax = 1024

    package init(_ parameters: JSONValue) throws(RPCError) {
        guard let wanted = parameters["notifications"], wanted.object != nil else {
            throw RPCError(.invalidParameters, "`notifications` is missing, or no object: what is to be told?")
        }
        for list in ["tools", "resources", "prompts"] where wanted["\(list)ListChanged"]?.bool == true {
            lists.insert(list)
        }
        resources = (wanted["resourceSubscriptions"]?.array ?? []).compactMap(\.string)
        if resources.count > Self.resourcesMax {
            throw RPCError(.invalidParameters, "more than \(Self.resourcesMax) resources in one request")
        }
    }

    /// First of all: what will be told.
    package var acknowledgement: RPCNotification {
        var honoured: JSONValue = [:]
        for list in lists.sorted() { honoured["\(list)ListChanged"] = true }
        if !resources.isEmpty { honoured["resourceSubscriptions"] = .array(resources.map { .string($0) }) }
        return RPCNotification(
            method: "notifications/subscriptions/acknowledged", parameters: ["notifications": honoured])
    }

    package func wants(_ news: MCPNews) -> Bool {
        switch news {
        case .changed(let what): lists.contains(what.capability)
        case .updated(let uri): resources.contains { MCPNews.covers($0, uri) }
        case .over: false
        }
    }
}
