internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime
internal import YAML

/// The tools of a server, made anew when a file of their policy changes. On the main loop only, which `@unchecked Sendable` stands on.
final class ToolReload: @unchecked Sendable {
    typealias Make = (Configuration) throws(SettingsError) -> ToolSetup

    private(set) var setup: ToolSetup
    private let make: Make
    private var watched: WatchedFiles

    init(_ setup: ToolSetup, _ make: @escaping Make) {
        self.setup = setup
        self.make = make
        watched = WatchedFiles(setup.policyFiles)
        watched.note(setup.policyFiles)
    }

    /// Since they were read: those that take effect by themselves, and those that wait for somebody's word, because a run could have
    /// written them.
    func changedFiles() -> (trusted: [String], waiting: [String]) {
        let changed = watched.changed()
        let waiting = changed.filter(couldBeWritten)
        return (waiting.isEmpty ? changed : [], waiting)
    }

    /// What the tools may change must not change what they may do.
    private func couldBeWritten(_ path: String) -> Bool {
        let (host, variables) = (SystemHost(), setup.settings.variables)
        let folder = (try? File.currentDirectory()) ?? ""
        guard let place = host.resolve(path.hasPrefix("/") ? path : "\(folder)/\(path)") else { return true }
        if place.isBeneath(host.resolve(variables.workspace) ?? variables.workspace) { return true }
        let judge = PolicyJudge(setup.settings.policy, variables: variables, host: host)
        let decision = try? judge.decide(tool: "Write", input: ["file_path": .string(place.text), "content": ""])
        return decision?.outcome != .deny
    }

    /// The same for all that was made under the policy that there was. Calls that are under way, and what runs in the background, end
    /// under the rules that they began with. True where clients see another list of our own tools.
    func renew(
        _ configuration: Configuration, _ door: ToolDoor, _ servers: MCPServers?, _ offered: MCPCombined?,
        _ own: (Policy) -> MCPServer
    ) throws(SettingsError) -> Bool {
        let fresh = try load(configuration)
        door.change(fresh)
        servers?.change(fresh.policy)
        return offered?.renew(own(fresh.policy)) == true
    }

    /// Whatever is wrong leaves everything as it is.
    func load(_ configuration: Configuration) throws(SettingsError) -> ToolHostSettings {
        watched.note(watched.paths)
        let fresh = try make(configuration)
        setup = fresh
        watched.watch(fresh.policyFiles)
        watched.note(fresh.policyFiles)
        return fresh.settings
    }
}
