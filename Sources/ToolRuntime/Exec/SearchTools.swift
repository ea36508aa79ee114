internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Glob and Grep: by ripgrep in the jail, so that what the policy hides is not found.
struct SearchTools {
    static let names: Set<String> = ["Glob", "Grep"]

    let settings: ToolHostSettings
    let jails: ToolJails
    let loop: EventLoop

    /// Of ripgrep's output: more than any answer shows, and bounded whatever is searched.
    private static let outputBytesMax = 16 << 20
    private static let errorBytesMax = 16 << 10
    private static let timeMax = TimeSpan.seconds(60)
    /// What is looked through at once: some hundred names.
    private static let quickBytes = 16 << 10
    private static let pool = BlockingPool(threads: 2)

    func run(_ tool: String, _ input: JSONValue, _ call: ToolCall) async -> ToolOutcome {
        guard let ripgrep = settings.ripgrep else {
            return .failure("no_ripgrep", "\(tool) needs ripgrep, which is not installed: apt-get install ripgrep")
        }
        let folder = input["path"]?.string ?? settings.variables.workspace.text
        let search: any Search = tool == "Glob" ? GlobSearch(input, folder: folder) : GrepSearch(input, folder: folder)
        if let problem = problem(search, tool) { return problem }
        do throws(JailFailure) {
            let (jail, compiled) = try await jails.jail(for: tool)
            let limit = min(call.timeout ?? Self.timeMax, compiled.wall ?? Self.timeMax, Self.timeMax)
            let found = try await start(ripgrep, search.arguments, jail, compiled, limit)
            var outcome = Task.isCancelled ? .cancelled : await Self.outcome(of: search, found)
            if found.outcome.timedOut, !Task.isCancelled {
                let place = search.folder
                outcome = .failure(
                    "timed_out", "\(tool) was ended after \(limit). Search in a smaller folder than \(place).",
                    ending: .timedOut)
            }
            let places = PassingPlaces(compiled.plan, workspace: settings.variables.workspace)
            if let passing = places.folder(of: NormalPath(search.folder)?.text ?? search.folder) {
                outcome.content.append(.text(places.explanation(passing)))
            }
            outcome.layers = jail.layers
            return outcome
        } catch {
            return .failure(error)
        }
    }

    /// What stands in the way. The host's own private folder is not the jail's, and what is in it no agent's business.
    private func problem(_ search: any Search, _ tool: String) -> ToolOutcome? {
        let variables = settings.variables
        guard let folder = NormalPath(search.folder), folder.isBeneath(variables.tmp) else {
            return search.problem(SystemHost())
        }
        let rules = settings.policy.rules(for: tool).filesystem
        return search.problem(ShownHost(SystemHost(), rules: rules, variables: variables))
    }

    /// There may be 100,000 names to look through, while the loop has other calls.
    static func outcome(of search: any Search, _ found: Found) async -> ToolOutcome {
        if found.output.count <= quickBytes { return search.outcome(found) }
        let outcome = try? await pool.run { search.outcome(found) }
        return outcome ?? .failure("busy", "Too many searches wait for their turn. Try again in a moment.")
    }

    private func start(
        _ ripgrep: String, _ arguments: [String], _ jail: ToolJail, _ compiled: CompiledPolicy, _ limit: TimeSpan
    ) async throws(JailFailure) -> Found {
        let run = JailRun(
            program: ripgrep, arguments: ["rg"] + arguments, environment: compiled.environment, folder: "/",
            limits: compiled.limits)
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var isCut = false
        do throws(SystemError) {
            var program: JailedProgram?
            let out = try PipeReader.start(on: loop, isWide: true) { bytes in
                output.append(contentsOf: bytes.prefix(Self.outputBytesMax - output.count))
                if output.count == Self.outputBytesMax, !isCut {
                    isCut = true
                    program?.signal(.kill)
                }
            }
            let wrong = try PipeReader.start(on: loop) {
                errors.append(contentsOf: $0.prefix(Self.errorBytesMax - errors.count))
            }
            let (outReader, wrongReader) = (out.reader, wrong.reader)
            let streams = RunStreams(
                input: try Descriptor.open("/dev/null", .readOnly), output: out.onlyWriting(),
                error: wrong.onlyWriting())
            let running = jail.zygote.begin(run, streams, wall: limit)
            program = running
            let outcome = await running.result()
            outReader.finish()
            wrongReader.finish()
            return Found(
                outcome: outcome, output: output, errors: String(decoding: errors, as: UTF8.self), isCut: isCut)
        } catch {
            throw .system(error)
        }
    }
}

/// What ripgrep said.
struct Found: Sendable {
    let outcome: JailOutcome
    let output: [UInt8]
    let errors: String
    /// There was more.
    let isCut: Bool

    /// It found nothing, or could not look everywhere; everything else is a failure.
    var isUsable: Bool {
        switch outcome.end {
        case .exited(0), .exited(1): true
        case .exited(2): !output.isEmpty || onlyFilesFailed
        default: isCut
        }
    }

    /// Some could not be read: what is in the others counts all the same.
    private var onlyFilesFailed: Bool {
        let lines = errors.split(separator: "\n")
        return !lines.isEmpty && lines.allSatisfy { $0.hasSuffix("(os error 13)") }
    }

    /// ripgrep's own words, without its name.
    var problem: String {
        let lines = errors.split(separator: "\n").prefix(12).map { $0.hasPrefix("rg: ") ? $0.dropFirst(4) : $0 }
        return lines.joined(separator: "\n")
    }
}

/// One way to use ripgrep.
protocol Search: Sendable {
    /// Where it looks.
    var folder: String { get }
    var arguments: [String] { get }
    func problem(_ host: some HostView) -> ToolOutcome?
    /// On any thread.
    func outcome(_ found: Found) -> ToolOutcome
}

extension Search {
    /// Nothing of the machine's or the user's own settings; a `.git` is no place to search.
    static var common: [String] { ["--no-config", "--color=never"] }
    static var hidden: [String] { ["--hidden"] }
    /// Last of all, because the last one that fits counts: a `!*/` in .gitignore, or a glob of the call, would bring back
    /// what is hidden. And what a write that was killed has left is nobody's file.
    static var never: [String] { ["--glob=!.git", "--glob=!.*.sidecar-tmp"] }

    func failure(_ found: Found) -> ToolOutcome {
        switch found.outcome.end {
        case .lost(let error): .failure("jail_lost", "The jail ended during the search: \(error)")
        case .refused(let step, _): .failure("not_started", "The search was not started: \(step.action) failed.")
        default:
            .failure("search_failed", found.problem.isEmpty ? "The search failed." : found.problem)
        }
    }
}
