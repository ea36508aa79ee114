internal import JSON

/// A tool of a request, with the members that most of them consist of, found in one walk. What is rare is asked of `element`.
struct PickedTool {
    let element: JSONElement
    private let members: JSONPick

    private static let names = JSONNames([
        "type", "name", "description", "input_schema", "strict", "cache_control", "defer_loading", "input_examples",
    ])

    init(_ element: JSONElement) {
        self.element = element
        members = JSONPick(element, Self.names)
    }

    var type: JSONElement? { members[place: 0] }
    var name: JSONElement? { members[place: 1] }
    /// nil where it is no text.
    var description: JSONElement? { members[place: 2].flatMap { $0.isString ? $0 : nil } }
    var inputSchema: JSONElement? { members[place: 3] }
    var isStrict: Bool { members[place: 4]?.bool == true }
    /// null says what none says.
    var cacheControl: JSONElement? { members[place: 5].flatMap { $0.isNull ? nil : $0 } }
    var isDeferred: Bool { members[place: 6]?.bool == true }
    var hasExamples: Bool { members[place: 7] != nil }
}
