internal import Confinement
package import LinuxSystem
internal import Sandbox
internal import ToolRuntime

/// Starts the jail of a policy on this host, and tries to get out of it.
package struct Prover: Sendable {
    let settings: ProofSettings
    let loop: EventLoop
    let probe: [UInt8]
    let stage: ProofStage
    let compiled: CompiledPolicy
    let witness: Witness
    let variables: PolicyVariables
    let program: ForeignProgram?
    let rung: Rung

    private var jailProgram: String { "\(settings.folder)/\(ZygoteProgram.name)" }
    private var user: JailPlan.User { compiled.plan.user }

    package static func prove(
        _ settings: ProofSettings, on loop: EventLoop, isInterrupted: @Sendable () -> Bool = { false }
    ) async -> Result<ProofReport, ProofFailure> {
        do {
            let probe = try File.read("\(settings.folder)/\(ProofSettings.probeName)")
            let secret = "secret-of-the-host-\(String(UInt64.random(in: .min ... .max), radix: 16))"
            let facts = HostFacts.detect()
            // Without mounts root cannot hand its files to another user.
            let isGiven = facts.isolation == .rules && ProcessInfo.uid == 0
            let stage = try ProofStage.make(
                probe: probe, secret: secret, owner: isGiven ? (JailPlan.User.nobody, JailPlan.User.nobody) : nil)
            defer { stage.remove() }
            return .success(try await prove(settings, facts, loop, probe, stage, isInterrupted))
        } catch let failure as ProofFailure {
            return .failure(failure)
        } catch let error as SystemError {
            return .failure(.system(error))
        } catch let error as ZygoteError {
            return .failure(.jail(error))
        } catch {
            return .failure(.system(SystemError(call: "\(error)", code: SystemError.notFound)))
        }
    }

    private static func prove(
        _ settings: ProofSettings, _ facts: HostFacts, _ loop: EventLoop, _ probe: [UInt8], _ stage: ProofStage,
        _ isInterrupted: @Sendable () -> Bool
    ) async throws -> ProofReport {
        let variables = PolicyVariables(
            workspace: path(stage.workspace), home: path(stage.home),
            tmp: facts.isolation == .rules ? JailStart.freshFolder() : NormalPath(parts: ["tmp"]))
        let compiled: CompiledPolicy
        do throws(PolicyJail.Failure) {
            compiled = try PolicyJail.compile(
                settings.policy, tool: settings.tool, variables, ownPrograms: [path(stage.probe)],
                environment: ProcessInfo.environment.merging(ProofPlaces.plantedVariables) { $1 },
                isolation: facts.isolation)
        } catch {
            guard case .plan(let error) = error else { throw error }
            throw ProofFailure.plan(error)
        }
        let user = compiled.plan.user
        try stage.giveServed(user: user.outside, group: user.outsideGroup)
        let witness = try Witness.start(stage, user: user.outside, group: user.outsideGroup)
        defer { witness.stop() }
        let rules = PolicyGrants(settings.policy, tool: settings.tool, variables, [])
        let program = ForeignProgram.choose { rules.rule(for: .run($0), ProofPlaces()) != nil }
        let prover = Prover(
            settings: settings, loop: loop, probe: probe, stage: stage, compiled: compiled, witness: witness,
            variables: variables, program: program, rung: facts.rung)
        return try await prover.run(isInterrupted)
    }

    private static func path(_ text: String) -> NormalPath { SystemHost().resolve(text) ?? .root }

    // MARK: One after the other

    private func run(_ isInterrupted: @Sendable () -> Bool) async throws -> ProofReport {
        let began = MonotonicClock().now()
        let proxy = try OpenProxy(on: loop)
        defer { proxy.stop() }
        var jail = try await startJail()
        var report = report(of: jail)
        let places = ProofPlaces(compiled, stage, witness, program)
        let grants = PolicyGrants(settings.policy, tool: settings.tool, variables, jail.zygote.layers)
        let controls = ControlRun(
            program: stage.probe, probe: probe, secret: stage.secret, user: user.outside, group: user.outsideGroup,
            proxy: proxy, loop: loop)
        var whole = StageSnapshot(stage, marks: marks)
        do {
            for attempt in settings.attempts {
                if isInterrupted() { throw ProofFailure.interrupted }
                settings.onAttempt(report.lines.count)
                let started = MonotonicClock().now()
                let control = try await controls.outcome(of: attempt, places, program, witness)
                removeMarks()
                let (verdict, hasChanged) = try await verdict(on: attempt, in: jail, places, grants, control, whole)
                report.lines.append(
                    ProofReport.Line(
                        attempt: attempt, verdict: verdict, control: control,
                        milliseconds: (MonotonicClock().now() - started).milliseconds))
                removeMarks()
                guard hasChanged else { continue }
                jail = try await renew(jail)
                whole = StageSnapshot(stage, marks: marks)
            }
        } catch {
            await jail.stop()
            controls.end()
            throw error
        }
        controls.end()
        await jail.stop()
        report.seconds = (MonotonicClock().now() - began).secondsAsDouble
        return report
    }

    private func verdict(
        on attempt: EscapeAttempt, in jail: ProofJail, _ places: ProofPlaces, _ grants: PolicyGrants,
        _ control: ControlOutcome, _ whole: StageSnapshot
    ) async throws(SystemError) -> (AttemptVerdict, hasChanged: Bool) {
        if attempt.needsPrivateFolder, compiled.plan.freshFolders.isEmpty {
            return (AttemptVerdict(.granted, "not tried: /tmp is the host's own by the policy"), false)
        }
        var own = places
        own["dir"] = try stage.makeRoom(attempt.id)
        let run = AttemptRun(
            attempt: attempt, stage: stage, places: own, grants: grants, witness: witness, program: program,
            isInJail: isInJail)
        let found = try await run.findings(in: jail, whole, marks: marks)
        return (AttemptVerdict.judge(found, control: control), found.hasChangedStage)
    }

    private func startJail() async throws(ZygoteError) -> ProofJail {
        var plan = compiled.plan
        // The jail of a tool that runs programs has no worker; here it has one, so that both are tried over one stage.
        if let filter = try? SeccompFilter(workerDenying: settings.policy.syscalls.deny.map(\.value)) {
            plan.workerFilter = filter.bytes
        }
        settings.weaken(&plan)
        let rules = settings.weakenNetwork(settings.policy.rules(for: settings.tool).network)
        return try await ProofJail.start(compiled, plan, rules, jail: jailProgram, folder: stage.workspace, on: loop)
    }

    /// What an attempt has changed, with the policy's leave or without it, is no help for the next one.
    private func renew(_ jail: ProofJail) async throws -> ProofJail {
        await jail.stop()
        try stage.refurnish(probe)
        return try await startJail()
    }

    private func report(of jail: ProofJail) -> ProofReport {
        var report = ProofReport()
        report.policy = settings.policy.shownName
        report.layers = jail.zygote.layers
        report.landlockVersion = jail.zygote.landlockVersion
        if let kernel = try? ProcessInfo.kernel() {
            report.host.kernel = kernel.release
            report.host.machine = kernel.machine
        }
        report.host.user = ProcessInfo.uid
        report.host.outsideUser = jail.zygote.outsideUser
        report.host.rung = rung.rawValue
        return report
    }

    // MARK: In folders that everybody shares

    private var marks: [String] {
        ["/tmp", "/dev/shm"].flatMap { folder in
            ["mark", "left", "p", "q"].map { "\(folder)/sidecar-prove-\(ProcessInfo.pid)-\($0)" }
        }
    }

    private func removeMarks() { for mark in marks { File.removeTree(mark) } }

    // MARK: The jail's programs

    private func isInJail(_ name: String) -> Bool {
        guard let path = SystemHost().program(named: name), let resolved = SystemHost().resolve(path) else {
            return false
        }
        if compiled.programs.contains(where: { $0.path == resolved }) { return true }
        return compiled.plan.rules.contains { rule in
            rule.rights.contains(.execute) && NormalPath(rule.path).map { resolved.isBeneath($0) } == true
        }
    }
}

extension ProofPlaces {
    private static let loaders = [
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-linux-riscv64-lp64d.so.1",
        "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1",
    ]
    /// Beyond a limit, so that it is seen where it ends.
    private static let beyond: (processes: UInt64, bytes: UInt64, files: UInt64) = (64, 256 << 20, 64)

    init(_ compiled: CompiledPolicy, _ stage: ProofStage, _ witness: Witness, _ program: ForeignProgram?) {
        locate(stage)
        program?.add(to: &self)
        self["served"] = stage.served
        self["number"] = "\(ProcessInfo.pid)"
        self["loader"] = Self.loaders.first { File.exists($0) }
        for (name, fact) in [
            ("pid", "pid"), ("memory", "secret"), ("fd", "fd"), ("port", "port"), ("port6", "port6"), ("udp", "udp"),
            ("name", "name"), ("key", "key"), ("tty", "terminal"), ("lan", "lan"),
        ] { self[name] = witness.facts[fact] }
        self["dns"] = Self.nameServer
        self["proxy"] = "\(PlanSettings().proxyPort)"
        let limits = compiled.limits
        self["over-processes"] = limits.processes.map { "\($0 + Self.beyond.processes)" }
        self["over-memory"] = limits.memoryBytes.map { "\($0 + Self.beyond.bytes)" }
        self["over-file-size"] = limits.fileBytes.map { "\($0 + 1)" }
        self["over-open-files"] = limits.openFiles.map { "\($0 + Self.beyond.files)" }
        self["output-limit"] = compiled.outputBytes.map { "\($0)" }
        let temporary = compiled.plan.freshFolders.first
        self["over-temporary"] = temporary.map { "\($0.bytes + Self.beyond.bytes)" }
        self["over-names"] = temporary.map { "\($0.inodes + Self.beyond.files)" }
    }

    private static var nameServer: String? {
        let text = (try? File.readText("/etc/resolv.conf")) ?? ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 1, words[0] == "nameserver", !words[1].contains(":") { return String(words[1]) }
        }
        return nil
    }
}
