internal import JSON
internal import LinuxSystem
internal import Sandbox

/// What the audit log gets of each call.
package final class ToolAudit: Sendable {
    private let log: AuditLog
    private let pool = BlockingPool(threads: 1)

    package init(folder: String) { log = AuditLog(folder: folder) }

    deinit { pool.close() }

    /// Why the record of a run that is to begin could not be written.
    package func obstacle() async -> String? {
        log.isReady ? nil : await problem { log throws(AuditError) in try log.makeReady() }
    }

    /// What a call is told that was not begun for that.
    package static func refusal(_ obstacle: String) -> String {
        "Nothing was run, because it could not be recorded: \(obstacle). Mend that, or set `tools.require_audit: false` "
            + "in the configuration to run without a record."
    }

    /// What is wrong with the log, if anything is: the call itself is over by then.
    func note(
        _ result: ToolResult, _ call: ToolCall, _ decision: Decision, _ input: JSONValue, _ outcome: ToolOutcome,
        _ settings: ToolHostSettings
    ) async -> String? {
        // The rule that decided: of a denial inside of the jail the one that it names. What an agent is told may be less.
        let denial = decision.outcome == .deny ? nil : result.denied
        var entry = AuditEntry(
            tool: result.tool, input: AuditInput(input), policy: settings.policy.shownName,
            decision: decision.outcome, rule: denial?.rule ?? decision.rule, outcome: Self.outcome(result.ending))
        entry.place = denial.map(\.place) ?? decision.place
        entry.session = call.session
        entry.workspace = settings.variables.workspace.text
        entry.layers = result.layers
        entry.detail = outcome.detail
        entry.exitCode = outcome.exitCode
        entry.duration = result.duration
        entry.bytesIn = input.bytes().count
        entry.bytesOut = result.text.utf8.count
        return await write(entry)
    }

    /// nil, or what is wrong with the log.
    package func write(_ entry: AuditEntry) async -> String? {
        // What failed in a hurry is tried once more with what is kept for that.
        if (try? log.appendIfQuick(entry)) ?? nil != nil { return nil }
        return await problem { log throws(AuditError) in try log.append(entry) }
    }

    /// What went wrong on a thread that may wait; nil: nothing.
    private func problem(
        _ work: @escaping @Sendable (AuditLog) throws(AuditError) -> Void
    ) async -> String? {
        let log = log
        do {
            let problem: AuditError? = try await pool.run {
                do throws(AuditError) {
                    try work(log)
                    return nil
                } catch {
                    return error
                }
            }
            return problem?.description
        } catch {
            return "the audit log cannot be written: too many calls wait for it"
        }
    }

    private static func outcome(_ ending: ToolResult.Ending) -> AuditEntry.Outcome {
        switch ending {
        case .done: .done
        case .failed: .failed
        case .denied: .denied
        case .timedOut: .timedOut
        case .cancelled: .killed
        case .wrongInput, .sandboxTooWeak: .broken
        }
    }
}
