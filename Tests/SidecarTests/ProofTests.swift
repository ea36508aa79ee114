import Confinement
import JSON
import LinuxSystem
import Sandbox
import Sidecar
import TestSupport
import Testing

private enum ProofHost {
    /// Without these there is nothing to prove: see `sidecar doctor`.
    static let canJail: Bool = {
        let facts = HostFacts.detect()
        return facts.userNamespace.namespaces?.contains([.pid, .network, .proc]) == true
            && facts.landlock.version != nil && facts.seccomp.filter
    }()
}

/// The proof itself, over the real programs: shipped policies hold, and a jail that something was taken from does not.
@Suite(.enabled(if: ProofHost.canJail), .serialized, .timeLimit(.minutes(10)))
struct ProofTests {
    private func prove(
        _ policy: String, only ids: [String] = [], network: NetworkRules? = nil,
        weaken: @escaping @Sendable (inout JailPlan) -> Void = { _ in }
    ) async throws -> ProofReport {
        let loaded = try PolicyLoader.load(.builtIn(policy), SystemPolicyFiles()).get()
        var settings = ProofSettings(policy: loaded.policy, folder: try ProofSettings.folderOfThisProgram())
        if !ids.isEmpty { settings.attempts = EscapeCatalog.all.filter { ids.contains($0.id) } }
        settings.weaken = weaken
        if let network { settings.weakenNetwork = { _ in network } }
        let chosen = settings
        return try await withLoop { loop in
            try await Task(executorPreference: loop) { try await Prover.prove(chosen, on: loop).get() }.value
        }
    }

    private func told(_ report: ProofReport, _ result: AttemptVerdict.Result) -> [String] {
        report.lines.filter { $0.verdict.result == result }.map { "\($0.attempt.id): \($0.verdict.evidence)" }
    }

    @Test(arguments: ["default", "strict", "open"]) func `A shipped policy holds`(_ policy: String) async throws {
        let report = try await prove(policy)
        #expect(told(report, .broken) == [])
        #expect(report.isProof)
        #expect(report.lines.count == EscapeCatalog.all.count)
        #expect(report.count(.held) >= (policy == "open" ? 150 : 400))
        // A few may have nothing to be tried on here.
        #expect(report.count(.inconclusive) <= 10, "\(told(report, .inconclusive))")
        #expect(report.lines.count { $0.control.result == .worked } >= 250)
        #expect(try leftovers() == [])
        let json = report.json()
        #expect(json["held"]?.int == report.count(.held) && json["broken"]?.int == 0)
        #expect(json["layers"]?["landlock"]?["available"] == true)
        #expect(json["attempts"]?.array?.count == report.lines.count)
    }

    /// A proxy that lets this machine be reached is no way out that anybody granted.
    @Test func `A proxy that takes every name is noticed`() async throws {
        let ids = ["egress.loopback", "egress.rebound", "egress.rebound-get", "egress.localhost", "egress.decimal"]
        let held = try await prove("open", only: ids)
        #expect(told(held, .broken) == [] && held.count(.held) == ids.count)
        let report = try await prove("open", only: ids, network: OpenProxy.open)
        let broken = report.lines.filter { $0.verdict.result == .broken }.map(\.attempt.id)
        #expect(Set(broken) == Set(ids.dropLast()))
    }

    /// Folders of proofs that are over. Another proof of the same process does not run meanwhile.
    private func leftovers() throws -> [String] {
        let temporary = ProcessInfo.environment("TMPDIR") ?? "/tmp"
        return try Directory.entries(temporary).filter { $0.hasPrefix("sidecar-prove-\(ProcessInfo.pid)") }
    }

    struct Weakness: Sendable, CustomTestStringConvertible {
        let name: String
        /// What is seen to break.
        let broken: [String]
        let weaken: @Sendable (inout JailPlan) -> Void
        var testDescription: String { name }
    }

    static let weaknesses = [
        Weakness(
            name: "no filter of system calls",
            broken: [
                "kernel.ring", "kernel.personality", "kernel.add-key", "privileges.filterless", "files.set-user-bit",
            ]
        ) {
            $0.filter = []
            $0.reporting = CallReporting()
            // They bring a filter of their own.
            $0.programRules = []
            $0.required.remove(.seccomp)
        },
        Weakness(
            name: "everything may run, and Landlock allows all",
            broken: ["exec.planted", "exec.call", "exec.map", "exec.load-library", "exec.planted-copy"]
        ) { plan in
            plan.view = plan.view.map { step in
                guard case .bind(let source, let target, let restrictions, let expected) = step else { return step }
                return .bind(
                    source: source, target: target, restrictions.subtracting(.noExecution), expected: expected)
            }
            plan.rules.append(PathRule("/", .all))
        },
        Weakness(
            name: "nothing in the workspace is protected",
            broken: [
                "git.config-append", "git.hook-create", "git.folder-move", "git.common-folder", "agent.mcp-append",
                "agent.codex-create", "files.read-env",
            ]
        ) { plan in
            plan.view.removeAll { step in
                switch step {
                case .pin, .protect, .cover, .reserve: true
                default: false
                }
            }
        },
        Weakness(
            name: "workers are held as programs are",
            broken: [
                "worker.run-itself", "worker.make-process", "worker.send-descriptor", "worker.code-made-later",
                "worker.internet",
            ]
        ) { $0.workerFilter = [] },
        Weakness(
            name: "the host's network", broken: ["network.tcp-loopback", "network.udp-loopback", "network.interfaces"]
        ) {
            $0.network = .host
            $0.required.remove(.networkNamespace)
        },
    ]

    @Test(arguments: weaknesses) func `A jail that something was taken from is broken`(
        _ weakness: Weakness
    ) async throws {
        // As they are in a whole jail, to see that it is the weakness that breaks them.
        let whole = try await prove("default", only: weakness.broken)
        #expect(
            told(whole, .held).count == weakness.broken.count, "\(told(whole, .inconclusive) + told(whole, .broken))")
        let report = try await prove("default", only: weakness.broken, weaken: weakness.weaken)
        #expect(told(report, .held) == [] && told(report, .inconclusive) == [] && told(report, .granted) == [])
        #expect(report.count(.broken) == weakness.broken.count)
        #expect(!report.isProof)
    }
}
