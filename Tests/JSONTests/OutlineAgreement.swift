internal import JSON

/// What an outline must have in common with the whole tape of the same text: also used by Fuzz/JSONFuzz.swift.
enum OutlineAgreement {
    /// nil, or what differs.
    static func difference(
        in text: UnsafeRawBufferPointer, limits: JSONLimits = .default, _ first: JSONParser, _ second: JSONParser
    ) -> String? {
        let whole = outcome { () throws(JSONError) in try first.parse(text, limits: limits) }
        let outline = outcome { () throws(JSONError) in try second.outline(text, limits: limits) }
        switch (whole, outline) {
        case (.failure(let expected), .failure(let found)):
            return expected == found ? nil : "\(found) instead of \(expected)"
        case (.success(let expected), .success(let found)):
            return expected.withRoot { expected in found.withRoot { difference(expected, $0) } }
        case (.success, .failure(let error)): return "refused by the outline alone: \(error)"
        case (.failure(let error), .success): return "accepted by the outline alone: \(error)"
        }
    }

    private static func difference(_ expected: JSONElement, _ found: JSONElement) -> String? {
        if let difference = differenceOfPlaces(expected, found) { return "root: \(difference)" }
        guard expected.count == found.count else { return "\(found.count) members instead of \(expected.count)" }
        if expected.isArray {
            return firstDifference(Array(expected.elements), Array(found.elements))
        }
        let members = Array(expected.members)
        let others = Array(found.members)
        return firstDifference(members.map(\.key), others.map(\.key))
            ?? firstDifference(members.map(\.value), others.map(\.value))
    }

    private static func firstDifference(_ expected: [JSONElement], _ found: [JSONElement]) -> String? {
        guard expected.count == found.count else { return "\(found.count) entries instead of \(expected.count)" }
        for (expected, found) in zip(expected, found) {
            if let difference = differenceOfPlaces(expected, found) { return difference }
        }
        return nil
    }

    private static func differenceOfPlaces(_ expected: JSONElement, _ found: JSONElement) -> String? {
        let isSame =
            expected.kind == found.kind && expected.sourceRange == found.sourceRange
            && expected.string == found.string && expected.number == found.number && expected.bool == found.bool
        return isSame
            ? nil : "\(found.kind) at \(found.sourceRange) instead of \(expected.kind) at \(expected.sourceRange)"
    }

    private static func outcome(
        _ parse: () throws(JSONError) -> JSONDocument
    ) -> Result<JSONDocument, JSONError> {
        do throws(JSONError) { return .success(try parse()) } catch { return .failure(error) }
    }
}
