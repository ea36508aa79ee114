internal import YAML

/// A script while it is read. What only makes sense once a whole map is known is checked by its kind (ScriptKinds).
struct ScriptDraft: Sendable {
    struct Step: Sendable {
        var name: String?
        var conditions = ScriptConditions()
        var once: Bool?
        var times: Int?
        var reply: ScriptReply?
        var position = YAMLPosition.start
    }

    struct Reply: Sendable {
        var thinking: ScriptThinking?
        var text: ScriptTemplate?
        var tools: [ScriptToolCall]?
        var content: [ScriptBlock]?
        var reply = ScriptReply()
    }

    struct Block: Sendable {
        var text: ScriptTemplate?
        var thinking: ScriptThinking?
        var tool: ScriptToolCall?
        var other: ScriptInput?
    }

    var version: Int?
    var models: [String] = []
    var defaults = ScriptDefaults()
    var steps: [Step] = []
}
