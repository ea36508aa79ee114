package import JSON

/// What a sidecar says of itself, for people. What it does not say (an older or a newer version) is left out.
package enum StatusText {
    package static func text(_ status: JSONValue) -> String {
        var text = "sidecar \(status["version"]?.string ?? "") is \(status["state"]?.string ?? "running")"
        if let address = status["address"]?.string { text += " at \(address)" }
        if let pid = status["pid"]?.int { text += " (pid \(pid))" }
        return text + "\n" + TextLayout.table(rows(status))
    }

    private static func rows(_ status: JSONValue) -> [(String, String)] {
        var rows: [(String, String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { rows.append((name, value)) }
        }
        add("up for", status["uptime_seconds"]?.int.map(duration))
        add(
            "providers",
            status["providers"]?.array.map { list in
                list.map { "\($0["name"]?.string ?? "?") (\($0["type"]?.string ?? "?"))" }.joined(separator: ", ")
            })
        add("default route", status["default_route"].map { $0.string ?? "none: models must be named in `models`" })
        add("requests", requests(status["requests"]))
        add("connections", status["connections"]?.int.map { "\($0)" })
        add("memory", status["memory_bytes"]?.int.map(bytes))
        let configuration = status["configuration"]
        add("configuration", configuration?["file"].map { $0.string ?? "defaults (no sidecar.yaml)" })
        add(
            "problem", configuration?["problem"]?.string.map { "the file is wrong now, the old one is in force: \($0)" }
        )
        return rows
    }

    private static func requests(_ counts: JSONValue?) -> String? {
        guard let counts, let total = counts["total"]?.int else { return nil }
        let streams = counts["streams"]?.int ?? 0
        return "\(total) answered, \(counts["in_flight"]?.int ?? 0) open, \(streams) of them streaming"
    }

    package static func duration(_ seconds: Int) -> String {
        let parts = [
            (seconds / 86400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        // Two parts are enough to know; the seconds of a day say nothing.
        let shown = parts.drop { $0.0 == 0 }.prefix(2).filter { $0.0 > 0 }
        return shown.isEmpty ? "0 s" : shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    private static func bytes(_ count: Int) -> String {
        let tenths = count * 10 / (1 << 20)
        return "\(tenths / 10).\(tenths % 10) MiB"
    }
}
