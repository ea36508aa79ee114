package import JSON

/// What providers did not get because they have no word for it, for `/debug`.
package struct DroppedFeatures: Sendable {
    private struct Key: Hashable {
        let provider: String
        let model: String
        let features: String
    }

    private struct Count {
        var requests = 0
        var lastID = ""
    }

    private var counts: [Key: Count] = [:]

    /// More kinds than providers and models that anybody has; clients choose models' names.
    private static let kindsMax = 500

    package init() {}

    package mutating func note(_ record: RequestRecord) {
        guard let features = record.leftOut else { return }
        let key = Key(provider: record.provider ?? "", model: record.model ?? "", features: features)
        if counts[key] == nil, counts.count >= Self.kindsMax { return }
        counts[key, default: Count()].requests += 1
        counts[key]?.lastID = record.id
    }

    package var json: JSONValue {
        .array(
            counts.sorted { ($1.value.requests, $0.key.features) < ($0.value.requests, $1.key.features) }.map {
                [
                    "provider": .string($0.key.provider), "model": .string($0.key.model),
                    "dropped": .string($0.key.features), "requests": .int($0.value.requests),
                    "last_request_id": .string($0.value.lastID),
                ]
            })
    }
}
