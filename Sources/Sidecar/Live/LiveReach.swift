internal import JSON
internal import Sandbox

/// One thing that a call reaches for and that a jail can be asked about.
enum LiveReach {
    case path(ToolSubject.Path)
    /// A program with those of its words that the text shows.
    case program([String])
    /// By bash's own /dev/tcp.
    case connection(host: String, port: String)
    case url(String)
    case searchService
    /// Nothing that shows before it runs.
    case unknown(String)

    /// Everything that a call reaches for, in the order in which it does.
    static func all(_ subject: ToolSubject, workspace: NormalPath) -> [LiveReach] {
        switch subject {
        case .paths(let paths): paths.map { .path($0) }
        case .command(let text): (try? ShellProgram(parsing: text)).map { all($0, workspace) } ?? []
        case .url(let text): [.url(text)]
        case .searchService: [.searchService]
        case .ambiguous(_, let reason): [.unknown(reason)]
        case .nothing: []
        }
    }

    private static func all(_ script: ShellProgram, _ workspace: NormalPath) -> [LiveReach] {
        let folder = script.changesFolder ? nil : workspace
        return script.everyRun.flatMap { run in
            program(run, folder) + run.redirections.compactMap { reach($0, folder) }
        }
    }

    private static func program(_ run: ShellRun, _ folder: NormalPath?) -> [LiveReach] {
        if run.isUnknown { return [.unknown("what runs is known only when it runs")] }
        guard run.kind == .program, let name = run.name else { return [] }
        guard name.contains("/"), !name.hasPrefix("/") else { return [.program(run.words.compactMap(\.known))] }
        guard let folder else { return [.unknown("from which folder `\(name)` starts is known only when it runs")] }
        return [.program(["\(folder)/\(name)"] + run.words.dropFirst().compactMap(\.known))]
    }

    private static func reach(_ redirection: ShellRunRedirection, _ folder: NormalPath?) -> LiveReach? {
        let access: PathAccess
        switch redirection.mode {
        case .read: access = .read
        case .write, .append, .readWrite: access = .write
        case .descriptor, .text: return nil
        }
        guard let target = redirection.target.known else { return .unknown("a file is known only when it runs") }
        if DeviceFiles.isHarmless(target) { return nil }
        if let host = DeviceFiles.network(target) { return .connection(host: host.host, port: host.port) }
        guard target.hasPrefix("/") || folder != nil else {
            return .unknown("from which folder `\(target)` starts is known only when it runs")
        }
        let text = target.hasPrefix("/") ? target : "\(folder ?? .root)/\(target)"
        return .path(ToolSubject.Path(text: text, access: access, key: "command"))
    }
}
