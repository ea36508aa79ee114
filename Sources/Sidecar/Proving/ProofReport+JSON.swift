internal import Confinement
package import JSON

extension ProofReport {
    package func json() -> JSONValue {
        .members([
            ("policy", .string(policy)),
            (
                "host",
                .members([
                    ("kernel", .string(host.kernel)), ("machine", .string(host.machine)),
                    ("user", .int(Int(host.user))), ("outside_user", .int(Int(host.outsideUser))),
                    ("rung", .string(host.rung)),
                ])
            ),
            ("layers", .members(JailLayers.all.names.map { ($0, layer($0)) })),
            ("attempts", .array(lines.map(Self.json))),
            ("held", .int(count(.held))), ("broken", .int(count(.broken))), ("granted", .int(count(.granted))),
            ("inconclusive", .int(count(.inconclusive))),
            ("proof", .bool(isProof)), ("duration_ms", .int(Int(seconds * 1000))),
        ])
    }

    private func layer(_ name: String) -> JSONValue {
        let isThere = JailLayers(name: name).map { layers.isSuperset(of: $0) } ?? false
        guard name == "landlock" else { return ["available": .bool(isThere)] }
        return ["available": .bool(isThere), "abi": .int(Int(landlockVersion))]
    }

    /// `held` is null where there was nothing to hold, or nothing was shown.
    private static func json(_ line: Line) -> JSONValue {
        let held: JSONValue =
            switch line.verdict.result {
            case .held: true
            case .broken: false
            case .granted, .inconclusive: .null
            }
        return .members([
            ("id", .string(line.attempt.id)), ("group", .string(line.attempt.group.rawValue)),
            ("title", .string(line.attempt.title)), ("held", held),
            ("result", .string(line.verdict.result.rawValue)), ("evidence", .string(line.verdict.evidence)),
            ("control", .string(line.control.result.rawValue)), ("control_reason", .string(line.control.reason)),
            ("duration_ms", .int(Int(line.milliseconds))),
        ])
    }
}
