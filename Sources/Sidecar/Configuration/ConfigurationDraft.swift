internal import JSON

/// A configuration while it is read: some values only make sense once all of the file is known.
struct ConfigurationDraft: Sendable {
    /// A text, and how the file has it: with its variables. Messages quote that, never what a variable held.
    struct WrittenText: Sendable, Equatable {
        let text: String
        let written: String

        init(_ text: String, written: String? = nil) {
            self.text = text
            self.written = written ?? text
        }
    }

    struct Alias: Sendable, Equatable {
        let pattern: String
        /// nil: it is the name of a provider's model, of which something is said.
        let value: WrittenText?
        var facts = ModelFacts()
        var parameters: JSONObject?
    }

    /// Where requests go, and what they get besides.
    struct Route: Sendable, Equatable {
        var model: WrittenText?
        var parameters: JSONObject?

        init(_ model: WrittenText? = nil, parameters: JSONObject? = nil) {
            self.model = model
            self.parameters = parameters
        }
    }

    struct Routes: Sendable {
        var defaultRoute: Route?
    }

    var configuration = Configuration()
    var aliases: [Alias] = []
    var routes = Routes()
}
