package import JSON
internal import LinuxSystem

/// What a sidecar that starts in the background tells the command that waits for it: one line of JSON over a pipe.
package enum StartReport: Sendable, Equatable {
    /// HOST:PORT, with the port that the kernel chose if it was asked to.
    case ready(address: String)
    case failed(message: String, code: ExitCode)

    package var json: JSONValue {
        switch self {
        case .ready(let address): ["address": .string(address)]
        case .failed(let message, let code): ["error": .string(message), "code": .int(code.rawValue)]
        }
    }

    package init?(_ json: JSONValue) {
        if let address = json["address"]?.string {
            self = .ready(address: address)
        } else if let message = json["error"]?.string {
            let code = json["code"]?.int.flatMap { Int32(exactly: $0) }.flatMap { ExitCode(rawValue: $0) }
            self = .failed(message: message, code: code ?? .failed)
        } else {
            return nil
        }
    }
}

/// The end of the pipe that the starting sidecar has. Used on the main thread only.
final class StartReporter: @unchecked Sendable {
    /// Names the descriptor. A variable and not a flag: it is no choice of a user.
    static let variable = "SIDECAR_START_REPORT_FD"

    private var pipe: Descriptor?

    /// nil when nobody waits. A descriptor that is no pipe is somebody else's, and the variable a leftover.
    init?(_ environment: [String: String]) {
        guard let number = environment[Self.variable].flatMap({ Int32($0) }), number > StandardStream.error.rawValue,
            (try? File.linkTarget("/proc/self/fd/\(number)"))?.hasPrefix("pipe:") == true
        else { return nil }
        pipe = Descriptor(owning: number)
    }

    /// Once; what comes later has nobody to hear it.
    func tell(_ report: StartReport) {
        // A command that has gone away is no reason not to start.
        try? pipe?.writeAll(report.json.bytes() + [0x0a])
        pipe = nil
    }
}
