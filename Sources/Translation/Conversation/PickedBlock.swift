internal import JSON

/// A message, or a block of one, with the members that nearly all of them consist of, found in one walk. What is rare is
/// asked of `element`.
struct PickedBlock {
    let element: JSONElement
    private let members: JSONPick

    private static let names = JSONNames([
        "type", "role", "content", "text", "tool_use_id", "is_error", "id", "name", "input", "cache_control",
        "citations",
    ])

    init(_ element: JSONElement) {
        self.element = element
        members = JSONPick(element, Self.names)
    }

    var type: JSONElement? { members[place: 0] }
    var role: JSONElement? { members[place: 1] }
    var content: JSONElement? { members[place: 2] }
    var text: JSONElement? { members[place: 3] }
    var toolUseID: JSONElement? { members[place: 4] }
    var isError: Bool { members[place: 5]?.bool == true }
    var id: JSONElement? { members[place: 6] }
    var name: JSONElement? { members[place: 7] }
    var input: JSONElement? { members[place: 8] }
    /// null says what none says.
    var cacheControl: JSONElement? { members[place: 9].flatMap { $0.isNull ? nil : $0 } }
    var citations: JSONElement? { members[place: 10] }

    var kind: BlockKind { BlockKind(type: type) }
}
