import LinuxSystem

/// What was measured, as a table and as JSON.
struct Report {
    private var rows: [(name: String, times: [TimeSpan], goal: Double?)] = []
    private var remarks: [(name: String, value: Double, goal: Double?)] = []

    mutating func add(_ name: String, _ times: [TimeSpan], goal: Double? = nil) { rows.append((name, times, goal)) }

    /// A number that should not be above its goal.
    mutating func add(_ name: String, value: Double, goal: Double? = nil) { remarks.append((name, value, goal)) }

    static func median(_ times: [TimeSpan]) -> Double { percentile(times, 50) }

    private static func percentile(_ times: [TimeSpan], _ percent: Int) -> Double {
        let sorted = times.sorted()
        return sorted.isEmpty ? 0 : Double(sorted[(sorted.count - 1) * percent / 100].nanoseconds) / 1e6
    }

    func median(_ name: String) -> Double { rows.first { $0.name == name }.map { Self.median($0.times) } ?? 0 }

    /// 1234.5 as text with three digits after the point.
    private func text(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }

    private func verdict(_ value: Double, _ goal: Double?) -> String {
        goal.map { "  goal \(text($0)): " + (value <= $0 ? "held" : "MISSED") } ?? ""
    }

    var table: String {
        var lines = [pad("milliseconds", 36) + ["median", "p90", "p99"].map { pad($0, 9, right: true) }.joined()]
        for row in rows {
            let values = [50, 90, 99].map { Self.percentile(row.times, $0) }
            lines.append(
                pad(row.name, 36) + values.map { pad(text($0), 9, right: true) }.joined() + verdict(values[0], row.goal))
        }
        for remark in remarks {
            lines.append(pad(remark.name, 36) + pad(text(remark.value), 9, right: true) + verdict(remark.value, remark.goal))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var isHeld: Bool {
        rows.allSatisfy { row in row.goal.map { Self.median(row.times) <= $0 } ?? true }
            && remarks.allSatisfy { remark in remark.goal.map { remark.value <= $0 } ?? true }
    }

    var json: String {
        var entries = rows.map { row in
            let values = [50, 90, 99].map { text(Self.percentile(row.times, $0)) }
            let goal = row.goal.map { ",\"goal_ms\":\(text($0))" } ?? ""
            return "\"\(row.name)\":{\"runs\":\(row.times.count),\"p50_ms\":\(values[0]),\"p90_ms\":\(values[1]),"
                + "\"p99_ms\":\(values[2])\(goal)}"
        }
        entries += remarks.map { "\"\($0.name)\":{\"value\":\(text($0.value))\($0.goal.map { ",\"goal\":\(text($0))" } ?? "")}" }
        return "{" + entries.joined(separator: ",\n ") + "}\n"
    }
}
