package import JSON

/// Members that a request gets besides what it says itself. What it says counts; objects are filled in.
package enum ExtraParameters {
    package struct Insertion: Equatable {
        /// An offset in the text that was parsed.
        package let place: Int
        package let bytes: [UInt8]
    }

    /// Of two sets the first counts.
    package static func joined(_ first: JSONObject?, _ second: JSONObject?) -> JSONObject? {
        guard let first, !first.isEmpty else { return second }
        guard let second, !second.isEmpty else { return first }
        var result = first
        for member in second.members {
            guard let own = first[member.key] else {
                result[member.key] = member.value
                continue
            }
            if let inner = joined(own.object, member.value.object), own.object != nil {
                result[member.key] = .object(inner)
            }
        }
        return result
    }

    /// In the order of their places. Each stands at the beginning of an object: bodies grow at their end, and providers
    /// keep what they know by its beginning.
    package static func insertions(_ parameters: JSONObject, into root: JSONElement) -> [Insertion] {
        var result: [Insertion] = []
        collect(parameters, root, &result)
        return result.sorted { $0.place < $1.place }
    }

    private static func collect(_ parameters: JSONObject, _ object: JSONElement, _ result: inout [Insertion]) {
        var missing: [JSONObject.Member] = []
        for member in parameters.members {
            guard let present = object[member.key] else {
                missing.append(member)
                continue
            }
            if present.isObject, let inner = member.value.object { collect(inner, present, &result) }
        }
        if missing.isEmpty { return }
        // Without its braces it is a list of members.
        var bytes = Array(JSONValue.object(JSONObject(missing)).bytes().dropFirst().dropLast())
        if object.count > 0 { bytes.append(UInt8(ascii: ",")) }
        result.append(Insertion(place: object.sourceRange.lowerBound + 1, bytes: bytes))
    }
}
