internal import JSON

/// Models as the two APIs list them. What neither has a word for stands under `sidecar`.
enum ModelListing {
    /// A part of a list, as clients turn its pages.
    struct Page {
        var limit = 20
        var after: String?
        var before: String?

        /// Of `GET /v1/models?limit=…&after_id=…`. nil: it asks for what cannot be.
        init?(query: Substring?) {
            for pair in query?.split(separator: "&") ?? [] {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                switch parts[0] {
                case "limit":
                    guard let limit = Int(parts[1]), (1...1000).contains(limit) else { return nil }
                    self.limit = limit
                case "after_id": after = ModelName.decoded(parts[1])
                case "before_id": before = ModelName.decoded(parts[1])
                default: break
                }
            }
        }

        /// And whether there is more in its direction.
        func cut(_ models: [OfferedModel]) -> (ArraySlice<OfferedModel>, hasMore: Bool) {
            if let before, let end = models.firstIndex(where: { $0.id == before }) {
                return (models[..<end].suffix(limit), end > limit)
            }
            let start = after.flatMap { after in models.firstIndex { $0.id == after } }.map { $0 + 1 } ?? 0
            return (models[start...].prefix(limit), models.count - start > limit)
        }
    }

    static func anthropic(_ models: [OfferedModel], _ page: Page) -> JSONValue {
        let (shown, hasMore) = page.cut(models)
        return [
            "data": .array(shown.map(anthropic)), "has_more": .bool(hasMore),
            "first_id": shown.first.map { .string($0.id) } ?? .null,
            "last_id": shown.last.map { .string($0.id) } ?? .null,
        ]
    }

    static func openAI(_ models: [OfferedModel]) -> JSONValue {
        ["object": "list", "data": .array(models.map(openAI))]
    }

    static func anthropic(_ model: OfferedModel) -> JSONValue {
        let facts = model.facts
        return [
            "type": "model", "id": .string(model.id),
            "display_name": .string(facts.name.map { shown($0, model) } ?? model.id),
            // Of an unknown day, as the API itself says it.
            "created_at": "1970-01-01T00:00:00Z", "lifecycle": "active",
            "max_input_tokens": facts.context.map { .int($0) } ?? .null,
            "max_tokens": facts.output.map { .int($0) } ?? .null,
            "capabilities": capabilities(facts), "sidecar": own(model),
        ]
    }

    static func openAI(_ model: OfferedModel) -> JSONValue {
        [
            "id": .string(model.id), "object": "model", "created": 0, "owned_by": .string(model.provider),
            "sidecar": own(model),
        ]
    }

    /// Also what `sidecar models --json` prints, after the id.
    static func own(_ model: OfferedModel) -> JSONValue {
        let facts = model.facts
        var value: JSONValue = ["provider": .string(model.provider), "model": .string(model.model)]
        value["name"] = facts.name.map { .string($0) }
        value["context"] = facts.context.map { .int($0) }
        value["output"] = facts.output.map { .int($0) }
        value["images"] = facts.images.map { .bool($0) }
        value["pdf"] = facts.pdf.map { .bool($0) }
        value["thinking"] = facts.thinking.map { .bool($0) }
        value["prices"] = facts.prices.json
        return value
    }

    /// One model may be had from several providers.
    private static func shown(_ name: String, _ model: OfferedModel) -> String {
        model.id == model.model ? name : "\(name) (\(model.provider))"
    }

    /// What works through the sidecar. Anthropic's own list says it of its models itself; null where too little is known.
    private static func capabilities(_ facts: ModelFacts) -> JSONValue {
        guard facts.images != nil || facts.pdf != nil || facts.thinking != nil else { return .null }
        let thinks = facts.thinking == true
        func supported(_ is: Bool) -> JSONValue { ["supported": .bool(`is`)] }
        return [
            "batch": supported(false), "citations": supported(false), "code_execution": supported(false),
            "context_management": supported(false),
            "effort": [
                "supported": .bool(thinks), "low": supported(thinks), "medium": supported(thinks),
                "high": supported(thinks), "max": supported(thinks),
            ],
            "image_input": supported(facts.images == true), "pdf_input": supported(facts.pdf == true),
            "server_tools": [
                "supported": false, "code_execution": supported(false), "web_search": supported(false),
            ],
            "structured_outputs": supported(true),
            "thinking": [
                "supported": .bool(thinks),
                "types": [
                    "adaptive": supported(thinks), "enabled": supported(thinks), "disabled": supported(true),
                    "between_tools": supported(false),
                ],
            ],
        ]
    }
}

/// A model's name in an address.
enum ModelName {
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
