internal import JSON
internal import LinuxSystem
internal import MCP
internal import YAML

/// Commands about MCP servers: of the sidecar that runs, or of files and servers alone where none does.
extension Invocation {
    /// Told already where there is more to tell than a word.
    enum NoAnswer: Error {
        case notRunning
        case trouble(MCPTrouble)
        case ended(ExitCode)
    }

    var serverFiles: MCPServerFiles {
        serverFiles(in: (try? File.currentDirectory()) ?? ".")
    }

    func serverFiles(in folder: String) -> MCPServerFiles {
        // A configuration that is wrong is told by whoever needs all of it.
        let approval = (try? loadConfiguration()).map { $0.approval } ?? .foreign
        return MCPServerFiles(folder: folder, environment: environment, approval: approval)
    }

    /// Whoever writes an entry, or says that it may run, has looked at it.
    func approve(_ names: [String], _ scope: MCPServerEntry.Scope) {
        guard scope == .project else { return }
        let files = serverFiles
        let entries = files.read().entries.filter { $0.scope == .project && names.contains($0.name) }
        files.approvals.approve(entries, of: files.project)
    }

    /// Asks the sidecar that runs.
    func askSidecar(_ question: MCPQuestion) throws(NoAnswer) -> JSONValue {
        let sidecar: RunningSidecar
        do throws(NoSidecar) {
            sidecar = try runningSidecar()
        } catch {
            switch error {
            case .notRunning: throw .notRunning
            case .ended(let code): throw .ended(code)
            }
        }
        return try ask(sidecar.path, question)
    }

    func ask(_ path: String, _ question: MCPQuestion) throws(NoAnswer) -> JSONValue {
        let answer: JSONValue
        do throws(ControlClient.Failure) {
            answer = try ControlClient.ask(
                path, "POST", MCPQuestion.route, question.json, patience: MCPQuestion.timeMax)
        } catch {
            throw error == .notRunning ? .notRunning : .trouble(.failed(error.message))
        }
        if let trouble = answer["trouble"] {
            let message = trouble["message"]?.string ?? "it failed"
            switch trouble["exit_code"]?.int {
            case 2: throw .trouble(.unknown(message))
            case 124: throw .trouble(.timedOut(message))
            default: throw .trouble(.failed(message))
            }
        }
        return answer["result"] ?? .null
    }

    /// Asks the sidecar that runs, or runs the one server just for this question.
    func askServer(_ name: String, _ question: MCPQuestion) throws(NoAnswer) -> JSONValue {
        do throws(NoAnswer) {
            return try askSidecar(question)
        } catch {
            guard case .notRunning = error else { throw error }
        }
        let entries = readServers().entries
        guard entries.contains(where: { $0.name == name }) else {
            throw .trouble(.unknown(MCPServers.unknown(name, entries.map(\.name))))
        }
        return try runAlone(name, question)
    }

    private func runAlone(_ name: String, _ question: MCPQuestion) throws(NoAnswer) -> JSONValue {
        let surroundings: MCPSurroundings
        do throws(SystemError) {
            surroundings = try MCPSurroundings.here(environment)
        } catch {
            throw .trouble(.failed("\(error)"))
        }
        let files = serverFiles
        let outcome: Result<JSONValue, MCPTrouble>
        do throws(SystemError) {
            outcome = try InterruptibleLoop.run { loop, wasInterrupted in
                let servers = MCPServers(files, surroundings, on: loop, only: [name])
                servers.load()
                let answer = await question.answer(servers)
                await servers.stop()
                return wasInterrupted() ? .failure(.failed("interrupted")) : answer
            }
        } catch {
            throw .trouble(.failed("\(error)"))
        }
        switch outcome {
        case .success(let answer): return answer
        case .failure(let trouble): throw .trouble(trouble)
        }
    }

    // MARK: Files

    /// With what is wrong in them told.
    func readServers() -> (entries: [MCPServerEntry], isSound: Bool) {
        let (entries, problems, _) = serverFiles.read()
        for problem in problems { console.complain(problem.description) }
        return (entries, problems.isEmpty)
    }

    /// nil: told why not.
    func serverScope(_ standard: MCPServerEntry.Scope) -> MCPServerEntry.Scope {
        line["--scope"].flatMap { MCPServerEntry.Scope(rawValue: $0) } ?? standard
    }

    /// A sidecar that runs sees it by itself within a second; a command that comes right behind should not have to wait.
    func tellOfChange() {
        guard case .one(let sidecar)? = try? whichSidecar() else { return }
        _ = try? ask(sidecar.path, .reload)
    }

    // MARK: Ends

    func end(_ answer: NoAnswer) -> ExitCode {
        switch answer {
        case .notRunning:
            console.complain("no sidecar is running")
            return .failed
        case .trouble(let trouble):
            console.complain(trouble.message)
            return trouble.exitCode
        case .ended(let code): return code
        }
    }

    func refuse(_ message: String) -> ExitCode {
        console.complain(message)
        return .wrongInput
    }
}

extension MCPSurroundings {
    /// For a command: the servers work where it was called.
    static func here(_ environment: [String: String]) throws(SystemError) -> MCPSurroundings {
        MCPSurroundings(
            workspace: try File.currentDirectory(), environment: environment, stateFolder: Places.state(environment),
            programsFolder: try ProofSettings.folderOfThisProgram())
    }
}

extension FlagDeclaration {
    static func serverScope(_ help: String) -> FlagDeclaration {
        FlagDeclaration(
            "--scope", short: "-s", .init("SCOPE", .choice(MCPServerEntry.Scope.allCases.map(\.rawValue))), help: help)
    }
}

extension ArgumentDeclaration {
    static let serverName = ArgumentDeclaration("NAME", isRequired: true, help: "the server's name")
}
