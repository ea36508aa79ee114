package import JSON
package import LinuxSystem

/// One call, from whichever door.
package struct ToolCall: Sendable {
    package var tool: String
    package var input: JSONValue
    /// What came before and after is known by it; nil: the call stands alone.
    package var session: String?
    /// Beside what the tool's own input and the policy say.
    package var timeout: TimeSpan?
    /// Somebody will be there who can ask for what goes on.
    package var mayGoOn: Bool
    /// Who wants to hear how far it has come.
    package var onProgress: ToolProgress.Listener?
    /// An agent that Task has started is calling.
    package var isFromSubagent = false

    package init(
        tool: String, input: JSONValue, session: String? = nil, timeout: TimeSpan? = nil, mayGoOn: Bool = false,
        onProgress: ToolProgress.Listener? = nil
    ) {
        self.tool = tool
        self.input = input
        self.session = session
        self.timeout = timeout
        self.mayGoOn = mayGoOn
        self.onProgress = onProgress
    }

    /// Names of sessions go into file names and logs.
    package static func isSessionName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }

    package static let sessionNameRule = "a session's name has 1 to 128 letters, digits, and - _ . :"
}
