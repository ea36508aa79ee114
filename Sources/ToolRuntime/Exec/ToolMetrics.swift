package import JSON
internal import LinuxSystem

/// Counters of the calls of one host, by tool.
package struct ToolMetrics: Sendable {
    private struct Counters: Sendable {
        var endings: [ToolResult.Ending: Int] = [:]
        var microseconds: UInt64 = 0
        var longest: UInt64 = 0
        var textBytes = 0
    }
    private var byTool: [String: Counters] = [:]

    package init() {}

    mutating func add(_ result: ToolResult) {
        // Whatever names come: only those that there are.
        guard ToolCatalog.tool(result.tool) != nil else { return }
        let time = result.duration.nanoseconds / 1000
        var counters = byTool[result.tool] ?? Counters()
        counters.endings[result.ending, default: 0] += 1
        counters.microseconds += time
        counters.longest = max(counters.longest, time)
        counters.textBytes += result.text.utf8.count
        byTool[result.tool] = counters
    }

    package var json: JSONValue {
        var tools = JSONObject()
        for tool in ToolCatalog.all {
            let counters = byTool[tool.name] ?? Counters()
            let calls = counters.endings.values.reduce(0, +)
            var endings = JSONObject()
            for ending in ToolResult.Ending.allCases { endings[ending.rawValue] = .int(counters.endings[ending] ?? 0) }
            tools[tool.name] = [
                "calls": .int(calls), "endings": .object(endings), "duration_us_total": .int(counters.microseconds),
                "duration_us_mean": .int(calls == 0 ? 0 : counters.microseconds / UInt64(calls)),
                "duration_us_max": .int(counters.longest), "text_bytes": .int(counters.textBytes),
            ]
        }
        return ["tools": .object(tools)]
    }
}
