import LinuxSystem
import Sandbox

/// What it takes to come from a shipped policy to a plan, the first time and again.
enum PlanTimes {
    static func measure(_ workspace: String, rounds: Int) throws -> (made: [TimeSpan], kept: [TimeSpan]) {
        guard let folder = NormalPath(workspace) else { throw BenchmarkError("\(workspace) is no path") }
        let policy = try PolicyLoader.load(.builtIn("default"), SystemPolicyFiles()).get().policy
        let variables = PolicyVariables(
            workspace: folder, home: NormalPath(parts: ["nonexistent"]), tmp: NormalPath(parts: ["tmp"]))
        let clock = MonotonicClock()
        var made: [TimeSpan] = []
        var kept: [TimeSpan] = []
        for _ in 0..<rounds {
            let cache = PlanCache(SystemHost())
            for again in [false, true] {
                let began = clock.now()
                _ = try cache.plan(policy, tool: "Bash", variables: variables, settings: PlanSettings())
                if again { kept.append(clock.now() - began) } else { made.append(clock.now() - began) }
            }
        }
        return (made, kept)
    }
}
