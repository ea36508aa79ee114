internal import JSON

/// A message: who says it, and what.
struct SaidMessage {
    enum Role { case user, assistant, system, other }

    let element: JSONElement
    let role: Role
    let content: JSONElement?

    init(_ element: JSONElement) {
        let message = PickedBlock(element)
        self.element = element
        content = message.content
        if message.role?.equals("user") == true {
            role = .user
        } else if message.role?.equals("assistant") == true {
            role = .assistant
        } else {
            role = message.role?.equals("system") == true ? .system : .other
        }
    }
}
