internal import JSON
internal import LinuxSystem
internal import Sandbox

/// The policy's word on calls. On one loop only.
final class CallJudge {
    private let settings: ToolHostSettings
    private let clock: any Clock
    private var places = NamedPlaces()
    private var found: Instant?

    /// What the policy names is looked for again after so long. The jail was made from the same, and is no newer.
    static let freshTime = TimeSpan.seconds(2)

    init(_ settings: ToolHostSettings, clock: any Clock) {
        self.settings = settings
        self.clock = clock
    }

    func decide(_ tool: String, _ input: JSONValue) throws(ToolCallProblem) -> Decision {
        let now = clock.now()
        if found.map({ now - $0 >= Self.freshTime }) ?? true {
            places = NamedPlaces()
            found = now
        }
        return try PolicyJudge(settings.policy, variables: settings.variables, host: SystemHost(), places: places)
            .decide(tool: tool, input: input)
    }
}
