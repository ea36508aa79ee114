package import JSON
package import LinuxSystem

/// What the proxy has to tell of what went on in the jail.
package enum EgressEvent: Sendable {
    case denied(EgressDenial)
    case ended(EgressRecord)
}

/// An exchange or a tunnel that was let through, when it is over.
package struct EgressRecord: Sendable, Equatable {
    package var kind: EgressRequest.Kind
    package var target: String
    /// What was connected to; nil when nothing was reached.
    package var address: String?
    /// The rule that granted it.
    package var rule: String
    /// The answer's; 200 for a tunnel that was open, 0 when there was none.
    package var status = 0
    package var duration = TimeSpan.zero
    /// From the jail to the server, and back. Heads included, because they can carry anything.
    package var bytesOut = 0
    package var bytesIn = 0
}

/// The events of a run as its result shows them. Bounded: a loop in the jail can ask a million times a minute.
package struct EgressSummary: Sendable {
    /// The first of each kind. Who needs more has the log.
    package static let denialsMax = 32

    package private(set) var denials: [EgressDenial] = []
    package private(set) var denialCount = 0
    package private(set) var connections = 0
    package private(set) var bytesOut = 0
    package private(set) var bytesIn = 0

    package init() {}

    package mutating func add(_ event: EgressEvent) {
        switch event {
        case .denied(let denial):
            denialCount += 1
            if denials.count < Self.denialsMax, !denials.contains(denial) { denials.append(denial) }
        case .ended(let record):
            connections += 1
            bytesOut += record.bytesOut
            bytesIn += record.bytesIn
        }
    }

    package var json: JSONValue {
        [
            "connections": .int(connections), "bytes_out": .int(bytesOut), "bytes_in": .int(bytesIn),
            "denied": .int(denialCount), "denials": .array(denials.map(\.json)),
        ]
    }
}
