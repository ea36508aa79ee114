internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// One attempt in the jail, with what the host looks at before and after.
struct AttemptRun: Sendable {
    let attempt: EscapeAttempt
    let stage: ProofStage
    let places: ProofPlaces
    let grants: PolicyGrants
    let witness: Witness
    let program: ForeignProgram?
    /// Programs that the jail has.
    let isInJail: @Sendable (String) -> Bool

    private static let shellMark = "=shell"

    func findings(
        in jail: ProofJail, _ before: StageSnapshot, marks: [String]
    ) async throws(SystemError) -> AttemptFindings {
        var found = AttemptFindings()
        found.grant = grants.rule(for: attempt.grant, places) ?? grants.rule(for: .missing(attempt.heldBy), places)
        found.missingProgram = attempt.needs.first { !isInJail($0) }
        guard let words = try words(&found) else { return found }
        _ = witness.feelings()
        _ = jail.names.takeAsked()
        var ran = try await jail.run(words[0], words, attempt, terminal: places["tty"])
        if case .thenAgain(let again) = attempt.setting, let again = try? places.fill(again) {
            ran = try await jail.run(stage.probe, ["sidecar-probe", "try"] + again, attempt, terminal: nil)
        }
        look(at: ran, &found)
        if case .lookUp(let name) = attempt.proof { lookAtNames(name, jail.names.takeAsked(), &found) }
        lookAround(before, StageSnapshot(stage, marks: marks), ran, &found)
        return found
    }

    /// The program and its arguments; nil when there is nothing to run.
    private func words(_ found: inout AttemptFindings) throws(SystemError) -> [String]? {
        do throws(ProofPlaces.Missing) {
            switch attempt.action {
            case .probe(let words): return [stage.probe, "try"] + (try places.fill(words))
            case .shell(let text): return ["/bin/bash", "-c", "echo \(Self.shellMark)\n" + (try places.fill(text))]
            }
        } catch {
            if error.name.hasPrefix("over-") {
                // There is no such limit to go beyond.
                found.worked = true
                found.evidence = "there is no such limit"
            } else {
                found.didNotRun = "this machine has no {\(error.name)}"
            }
            return nil
        }
    }

    // MARK: What came out

    private func look(at ran: ProofJail.Ran, _ found: inout AttemptFindings) {
        let report = ProbeReport(parsing: ran.output)
        found.didNotRun = whyNotRun(ran, report)
        found.evidence = evidence(ran, report)
        switch attempt.proof {
        case .word: found.worked = report?.outcome == .worked
        case .secret: found.worked = ran.output.contains(stage.secret) || ran.errors.contains(stage.secret)
        case .content(let path):
            let text = ((try? File.readText(path)) ?? "").split(separator: "\n").first { !$0.hasPrefix("#") } ?? ""
            found.worked = text.utf8.count > 2 && ran.output.contains(text.prefix(60))
        case .marker: found.worked = (ran.output + ran.errors).contains(attempt.marker(program))
        case .survivor:
            found.worked = ran.hasSurvivors
            found.evidence = ran.hasSurvivors ? "somebody still holds its pipe" : "nobody holds its pipe any more"
        case .overtime: lookAtTime(ran, &found)
        case .overflow:
            found.worked = ran.keptBytes > (places["output-limit"].flatMap { Int($0) } ?? .max)
            found.evidence = "\(ran.keptBytes) bytes of 8388608 were kept"
        case .state, .witness, .lookUp: break
        }
    }

    private func lookAtNames(_ name: String, _ asked: [String], _ found: inout AttemptFindings) {
        found.worked = asked.contains(name)
        if found.worked { found.evidence = "the proxy has looked \(name) up" }
    }

    private func lookAtTime(_ ran: ProofJail.Ran, _ found: inout AttemptFindings) {
        let ended: String =
            switch ran.outcome.end {
            case .exited(let code): "it ended with status \(code)"
            case .signaled(let number): "signal \(number) ended it"
            case .killed: "it was killed as a whole"
            case .refused(let step, _): "\(step.action) failed"
            case .lost(let error): error.description
            }
        found.evidence = "\(ended) after \(ran.milliseconds) ms"
        found.didNotRun = nil
        if case .refused = ran.outcome.end { found.didNotRun = found.evidence }
        if case .wall(let milliseconds) = attempt.setting {
            found.worked = !ran.outcome.timedOut || ran.milliseconds > milliseconds + 5000
        } else {
            found.worked = ran.outcome.timedOut
        }
    }

    /// nil where it got as far as to try.
    private func whyNotRun(_ ran: ProofJail.Ran, _ report: ProbeReport?) -> String? {
        switch ran.outcome.end {
        case .refused(let step, let code):
            return "the run did not begin: \(step.action): \(SystemError(call: "", code: code).reason)"
        case .lost(let error): return "the jail was lost: \(error)"
        case .killed where ran.outcome.timedOut: return "it did not end in time"
        case .signaled(let number) where number == Self.badCall || number == Self.tooLarge: return nil
        case .exited, .signaled, .killed: break
        }
        if case .shell = attempt.action {
            return ran.output.contains(Self.shellMark)
                ? nil : "no shell ran: \(EvidenceText.lastLine(of: ran.errors) ?? "")"
        }
        // Whoever became another program writes no report.
        if attempt.proof == .marker, ran.output.contains(attempt.marker(program)) || !ran.errors.isEmpty { return nil }
        if report?.outcome == .impossible { return "there is nothing to try it on" }
        return report == nil ? "no report: \(ended(ran))" : nil
    }

    /// SIGSYS and SIGXFSZ: the kernel's own ways to end somebody for what he tried.
    private static let (badCall, tooLarge): (Int32, Int32) = (31, 25)

    private func ended(_ ran: ProofJail.Ran) -> String {
        switch ran.outcome.end {
        case .signaled(Self.badCall): "the kernel ended it for the call (SIGSYS)"
        case .signaled(Self.tooLarge): "the kernel ended it at the limit (SIGXFSZ)"
        case .signaled(let number): "signal \(number) ended it"
        case .exited(let code): "status \(code)"
        default: "it was ended"
        }
    }

    private func evidence(_ ran: ProofJail.Ran, _ report: ProbeReport?) -> String {
        guard case .probe = attempt.action else {
            let said = EvidenceText.lastLine(of: ran.errors) ?? EvidenceText.lastLine(of: ran.output) ?? ""
            return shown(said == Self.shellMark ? "it wrote nothing" : said)
        }
        guard let report else { return shown(EvidenceText.lastLine(of: ran.errors) ?? ended(ran)) }
        return shown([report.error ?? "", report.note].filter { !$0.isEmpty }.joined(separator: ": "))
    }

    // MARK: What the host sees

    private func lookAround(
        _ before: StageSnapshot, _ after: StageSnapshot, _ ran: ProofJail.Ran, _ found: inout AttemptFindings
    ) {
        let changes = after.changes(since: before)
        found.hasChangedStage = changes.contains { $0.hasPrefix(stage.root) }
        for path in changes {
            if grants.ruleForWriting(path) != nil {
                // What the policy lets be changed is no way out. It is the attempt's own where its target is allowed too.
                if attempt.proof == .state, found.grant != nil { found.worked = true }
            } else {
                found.breaches.append("\(shown(path)) was changed")
            }
        }
        if attempt.proof != .secret, found.grant == nil, (ran.output + ran.errors).contains(stage.secret) {
            found.breaches.append("a secret was read")
        }
        guard let feelings = witness.feelings() else {
            return found.breaches.append("the process of the host does not answer any more")
        }
        for (name, count) in feelings.sorted(by: { $0.key < $1.key }) where count > 0 {
            if attempt.proof == .witness(name) {
                found.worked = true
                found.evidence = "the host has felt it (\(name))"
            } else {
                found.breaches.append("the host has felt it (\(name))")
            }
        }
    }

    /// Without the folder's random name.
    private func shown(_ text: String) -> String {
        EvidenceText.clean(
            text.replacing(stage.workspace, with: "WORKSPACE").replacing(stage.outside, with: "OUTSIDE")
                .replacing(stage.home, with: "HOME").replacing(stage.root, with: "STAGE")
                .replacing(stage.secret, with: "(the secret)"))
    }
}
