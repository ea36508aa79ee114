internal import LinuxSystem

/// An attempt without the jail: as an ordinary user, in a folder of its own, with nobody left behind.
final class ControlRun {
    /// Beside the stage of the jail.
    private let program: String
    private let probe: [UInt8]
    private let secret: String
    private let user: UInt32
    private let group: UInt32
    private let loop: EventLoop
    private let proxy: OpenProxy
    /// The last one's, as long as nobody has changed anything in it.
    private var kept: (stage: ProofStage, whole: StageSnapshot)?

    private static let secondsMax = "8"

    init(
        program: String, probe: [UInt8], secret: String, user: UInt32, group: UInt32, proxy: OpenProxy, loop: EventLoop
    ) {
        self.proxy = proxy
        self.program = program
        self.probe = probe
        self.secret = secret
        self.user = user
        self.group = group
        self.loop = loop
    }

    func end() {
        kept?.stage.remove()
        kept = nil
    }

    private func stage() throws(SystemError) -> ProofStage {
        if let kept { return kept.stage }
        let owner = ProcessInfo.uid == 0 ? (user: user, group: group) : nil
        let stage = try ProofStage.make(probe: probe, secret: secret, owner: owner)
        kept = (stage, StageSnapshot(stage, marks: []))
        return stage
    }

    private func endWhereChanged() {
        if let kept, StageSnapshot(kept.stage, marks: []) != kept.whole { end() }
    }

    func outcome(
        of attempt: EscapeAttempt, _ shared: ProofPlaces, _ foreign: ForeignProgram?, _ witness: Witness
    ) async throws(SystemError) -> ControlOutcome {
        if case .unsafe(let why) = attempt.control { return ControlOutcome(result: .unsafe, reason: why) }
        if attempt.needs.contains(where: {
            LinuxSystem.Program.find($0, path: "/usr/local/bin:/usr/bin:/bin:/usr/sbin") == nil
        }) {
            return ControlOutcome(
                result: .impossible, reason: "\(attempt.needs.joined(separator: ", ")) is not on this machine")
        }
        let stage = try stage()
        defer { endWhereChanged() }
        var places = shared
        places.locate(stage)
        places["dir"] = try stage.makeRoom(attempt.id)
        places["proxy"] = "\(proxy.port)"
        _ = proxy.names.takeAsked()
        do {
            let ran = try await run(attempt, stage, places)
            let (worked, reason) = judge(attempt, ran, foreign, witness)
            if worked { return ControlOutcome(result: .worked, reason: reason) }
            let isExcused = attempt.control == .mayWork || ProbeReport(parsing: ran.output)?.outcome == .impossible
            return ControlOutcome(result: isExcused ? .impossible : .failed, reason: reason)
        } catch let error as SystemError {
            throw error
        } catch let error as ProofPlaces.Missing {
            return ControlOutcome(result: .impossible, reason: "this machine has no {\(error.name)}")
        } catch {
            return ControlOutcome(result: .impossible, reason: "\(error)")
        }
    }

    private func run(
        _ attempt: EscapeAttempt, _ stage: ProofStage, _ places: ProofPlaces
    ) async throws -> HostProgram.Ran {
        var seconds = Self.secondsMax
        switch attempt.setting {
        case .wall, .processorSecond: seconds = "1"
        default: break
        }
        var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME": stage.home, "TMPDIR": stage.room]
        if attempt.group == .environment { environment.merge(ProofPlaces.plantedVariables) { $1 } }
        let terminal = attempt.setting == .terminal ? places["tty"] : nil
        let input = try Descriptor.open(terminal ?? "/dev/null", [.readOnly, .noTerminal])
        func once(_ words: [String]) async throws(SystemError) -> HostProgram.Ran {
            try await HostProgram.run(
                ProgramLaunch(
                    path: program, arguments: ["as", "\(user)", "\(group)", seconds] + words,
                    environment: environment, directory: stage.workspace, newSession: true),
                input: input.raw, on: loop)
        }
        switch attempt.action {
        case .shell(let text): return try await once(["/bin/bash", "-c", try places.fill(text)])
        case .probe(let words):
            let first = try await once([program, "try"] + (try places.fill(words)))
            guard case .thenAgain(let words) = attempt.setting else { return first }
            return try await once([program, "try"] + (try places.fill(words)))
        }
    }

    /// Outside it is our own program whose word is taken.
    private func judge(
        _ attempt: EscapeAttempt, _ ran: HostProgram.Ran, _ program: ForeignProgram?, _ witness: Witness
    ) -> (Bool, String) {
        let report = ProbeReport(parsing: ran.output)
        let said = [report?.error, report?.note, EvidenceText.lastLine(of: ran.errors)].compactMap { $0 }
            .filter { !$0.isEmpty }
        let reason = said.first ?? "it ended with status \(ran.code)"
        switch attempt.proof {
        case .secret: return (ran.output.contains(secret), reason)
        case .marker: return ((ran.output + ran.errors).contains(attempt.marker(program)), reason)
        case .survivor: return (ran.errors.contains("=left behind"), reason)
        case .overtime: return (ran.code == 124, reason)
        case .overflow: return (ran.outputBytes > 1 << 20, reason)
        case .witness(let name):
            return (report?.outcome == .worked && (witness.feelings()?[name] ?? 0) > 0, reason)
        case .lookUp(let name): return (proxy.names.takeAsked().contains(name), reason)
        case .word, .state, .content: return (report?.outcome == .worked, reason)
        }
    }
}

extension EscapeAttempt {
    func marker(_ program: ForeignProgram?) -> String {
        grant == .run("{foreign}") ? program?.marker ?? ForeignProgram.ownMarker : ForeignProgram.ownMarker
    }
}

extension ProofPlaces {
    func fill(_ words: [String]) throws(Missing) -> [String] {
        var result: [String] = []
        for word in words { result.append(try fill(word)) }
        return result
    }

    mutating func locate(_ stage: ProofStage) {
        self["ws"] = stage.workspace
        self["outside"] = stage.outside
        self["home"] = stage.home
        self["probe"] = stage.probe
        self["planted"] = "\(stage.workspace)/tools/planted"
    }
}
