package import JSON

/// What a worker is asked to do. The host has held the input against the tool's schema; what is wrong here all the same
/// is refused, not trusted.
package struct ToolCall {
    package let tool: String
    package let input: JSONObject
    /// Absolute; paths beneath it never lead out of it.
    package let workspace: String
    /// What the session has read, by path.
    package let known: [String: Known]
    package let limits: ToolLimits
    /// Whether what is written has to outlast a crash of the machine.
    package let isDurable: Bool
    /// Whether a folder that is written in is looked through for what was left there.
    package let tidies: Bool
    /// What came beside the JSON.
    package var blob: [UInt8] = []
    /// Files longer than that are changed without being kept; nil: none is kept.
    package let keepBytes: Int?
    /// Who keeps them.
    package var keeper: (any ChangeKeeper)?

    package struct Known: Equatable, Sendable {
        package let hash: String
        /// All of it was shown.
        package let isWhole: Bool

        package init(hash: String, isWhole: Bool) {
            self.hash = hash
            self.isWhole = isWhole
        }
    }

    package init(
        tool: String, input: JSONObject, workspace: String, known: [String: Known] = [:],
        limits: ToolLimits = ToolLimits(), isDurable: Bool = true, tidies: Bool = false,
        keepBytes: Int? = nil
    ) {
        self.tool = tool
        self.input = input
        self.workspace = workspace
        self.known = known
        self.limits = limits
        self.isDurable = isDurable
        self.tidies = tidies
        self.keepBytes = keepBytes
    }
}

package struct ToolLimits: Equatable, Sendable {
    /// Of diffs and other text beside the main content.
    package var outputBytes = 30_000
    package var tokens = 25_000
    /// Of a text that is read whole or at one go.
    package var fileBytes = 256 << 10

    package init() {}
}

extension ToolCall {
    package init(_ request: JSONElement) throws(ToolFailure) {
        guard request.isObject, let tool = request["tool"]?.string else {
            throw ToolFailure(.badRequest, "A request is an object with a member \"tool\".")
        }
        guard let input = request["input"], input.isObject else {
            throw ToolFailure(.badRequest, "A request has a member \"input\", an object.")
        }
        guard let workspace = request["workspace"]?.string, workspace.hasPrefix("/") else {
            throw ToolFailure(.badRequest, "A request has a member \"workspace\", an absolute path.")
        }
        var known: [String: Known] = [:]
        if let members = request["known"]?.members {
            for member in members {
                guard let path = member.key.string, let hash = member.value["hash"]?.string else { continue }
                known[path] = Known(hash: hash, isWhole: member.value["whole"]?.bool == true)
            }
        }
        var limits = ToolLimits()
        if let given = request["limits"] {
            limits.outputBytes = given["output_bytes"]?.int ?? limits.outputBytes
            limits.tokens = given["tokens"]?.int ?? limits.tokens
            limits.fileBytes = given["file_bytes"]?.int ?? limits.fileBytes
        }
        self.init(
            tool: tool, input: JSONObject(input), workspace: workspace, known: known, limits: limits,
            isDurable: request["fsync"]?.bool ?? true, tidies: request["tidy"]?.bool ?? false,
            keepBytes: request["keep"]?.int)
    }

    func string(_ key: String) throws(ToolFailure) -> String {
        guard let text = try optionalString(key) else { throw wrong(key, "a string") }
        return text
    }

    func optionalString(_ key: String) throws(ToolFailure) -> String? {
        guard let value = input[key], !value.isNull else { return nil }
        guard let text = value.string else { throw wrong(key, "a string") }
        return text
    }

    func optionalCount(_ key: String) throws(ToolFailure) -> Int? {
        guard let value = input[key], !value.isNull else { return nil }
        guard let count = value.int, count >= 0 else { throw wrong(key, "a whole number, not negative") }
        return count
    }

    func flag(_ key: String) throws(ToolFailure) -> Bool {
        guard let value = input[key], !value.isNull else { return false }
        guard let flag = value.bool else { throw wrong(key, "true or false") }
        return flag
    }

    func wrong(_ key: String, _ wanted: String) -> ToolFailure {
        let got = input[key].map { "it is \($0.text().prefix(60))" } ?? "it is missing"
        return ToolFailure(.invalidInput, "\(tool): \(key) has to be \(wanted); \(got).")
    }
}
