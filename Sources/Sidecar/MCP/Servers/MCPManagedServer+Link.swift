internal import JSON
internal import LinuxSystem
internal import MCP

extension MCPManagedServer {
    /// A process, one in a jail, or requests to an address.
    func makeLink() -> Result<any MCPLink, MCPSurroundings.Unfound> {
        if entry.transport != .stdio {
            if let link = MCPHTTPLink(entry, stateFolder: surroundings.stateFolder, on: loop, self) {
                return .success(link)
            }
            return .failure(.init(message: "`\(entry.url)` is no address"))
        }
        let keeper = "\(surroundings.programsFolder)/\(MCPProcess.keeperName)"
        guard File.isExecutable(keeper) else {
            return .failure(.init(message: "\(keeper) is missing; it belongs beside sidecar"))
        }
        do throws(MCPSurroundings.Unfound) {
            let launch = try surroundings.launch(entry)
            let jail = try entry.policy.map { name throws(MCPSurroundings.Unfound) in try surroundings.policy(name) }
            do throws(SystemError) {
                if let jail {
                    return .success(try MCPJailedProcess(launch, jail.policy, jail.variables, on: loop, self))
                }
                return .success(try MCPProcess(launch, keeper: keeper, on: loop, self))
            } catch {
                return .failure(.init(message: "\(launch.path) cannot be started: \(error)"))
            }
        } catch {
            return .failure(error)
        }
    }

    func linkFields(_ parameters: JSONValue) -> [(name: String, value: String)] {
        guard let name = parameters["name"]?.string, let fields = parameterFields[name] else { return [] }
        return fields.of(parameters["arguments"] ?? [:])
    }

    /// Behind an address, without sessions: which of their arguments tools want as fields, and without those that are wrong about it.
    func readParameterFields(_ tools: [JSONValue]) -> [JSONValue] {
        parameterFields = [:]
        guard entry.transport == .http, client?.version?.isStateless == true else { return tools }
        return tools.filter { tool in
            guard let name = tool["name"]?.string else { return true }
            do throws(MCPParameterFields.Mistake) {
                let fields = try MCPParameterFields(tool["inputSchema"] ?? [:])
                if !fields.isEmpty { parameterFields[name] = fields }
                return true
            } catch {
                log.note("its tool `\(name)` is left out: \(error.message)")
                return false
            }
        }
    }

    func linkDidNote(_ text: String) { log.note(text) }

    /// Begins with what to do; what is wrong stands behind it.
    func linkNeedsLogin(_ why: String) {
        needsPerson = true
        condemn("it wants a login: `sidecar mcp login \(name)` begins one (\(why))")
    }
}
