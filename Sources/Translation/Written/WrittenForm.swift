/// One of the ways in which models write the call of a tool into their text. Data, so that another one costs a line.
struct WrittenForm: Equatable {
    /// What comes behind the opening.
    enum Body {
        /// JSON, tags, or the tool's name and then one of these: what the first letter says.
        case any
        /// The tool's name up to `>`, then JSON or tags.
        case named
        /// The tool's name in quotes, then tags.
        case quoted
        /// JSON whose first key is one that calls have. Other JSON is something to read.
        case json
    }

    let opening: [UInt8]
    /// nil: it ends with its JSON.
    let closing: [UInt8]?
    let body: Body

    private init(_ opening: String, _ closing: String?, _ body: Body) {
        self.opening = Array(opening.utf8)
        self.closing = closing.map { Array($0.utf8) }
        self.body = body
    }

    /// No opening is the beginning of another one.
    static let all: [WrittenForm] = [
        // Hermes, Qwen and GLM, and those who half remember how it is called.
        WrittenForm("<tool_call>", "</tool_call>", .any),
        WrittenForm("<tools>", "</tools>", .any),
        WrittenForm("<function_call>", "</function_call>", .any),
        // Llama; Qwen's coders write tags into it.
        WrittenForm("<function=", "</function>", .named),
        WrittenForm("<|python_tag|>", "<|eom_id|>", .any),
        // Mistral.
        WrittenForm("[TOOL_CALLS]", nil, .any),
        WrittenForm("<function_calls>", "</function_calls>", .any),
        WrittenForm("<invoke name=", "</invoke>", .quoted),
        // MiniMax and DeepSeek.
        WrittenForm("<minimax:tool_call>", "</minimax:tool_call>", .any),
        WrittenForm("<\(dsml)function_calls>", "</\(dsml)function_calls>", .any),
        WrittenForm("<\(dsml)invoke name=", "</\(dsml)invoke>", .quoted),
        WrittenForm("```json", "```", .json),
        WrittenForm("```tool_call", "```", .json),
    ]

    /// An answer that is nothing but the object.
    static let bare = WrittenForm("{", nil, .json)
    var isBare: Bool { self == .bare }

    static let dsml = "｜DSML｜"

    /// What the first tag of a call begins with.
    static let tags = ["<function=", "<invoke", "<parameter", "<arg_key>", "</", "<\(dsml)"].map { Array($0.utf8) }

    /// What an opening may begin with.
    static let firstBytes: Set<UInt8> = Set(all.map { $0.opening[0] })

    /// The keys of a call in JSON.
    static let keys: Set<String> = [
        "name", "arguments", "parameters", "function", "type", "id", "tool", "tool_name", "input", "args",
    ]
}
