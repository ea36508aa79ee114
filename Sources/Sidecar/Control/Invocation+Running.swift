internal import LinuxSystem

extension FlagDeclaration {
    /// For commands that act on a sidecar that runs.
    static let whichSidecar = FlagDeclaration(
        "--listen", .init("HOST:PORT"), configurationKey: "listen",
        help: "Which sidecar, when several run; else the one that listens where the configuration says.")
}

/// Why a command has no sidecar to act on; told already where there is more to tell than a word.
enum NoSidecar: Error {
    case notRunning
    case ended(ExitCode)
}

extension Invocation {
    /// The sidecar that this call is about.
    func runningSidecar() throws(NoSidecar) -> RunningSidecar {
        switch try whichSidecar() {
        case .none: throw .notRunning
        case .one(let sidecar): return sidecar
        case .several(let running): throw .ended(askWhich(running))
        case .elsewhere(let running):
            complain("no sidecar listens on \(line["--listen"] ?? ""); running are", running)
            throw .ended(.failed)
        }
    }

    func whichSidecar() throws(NoSidecar) -> RunningSidecars {
        let isExplicit = line.has("--listen")
        var wanted: ListenAddress?
        do throws(ConfigurationError) {
            wanted = try loadConfiguration().configuration.listen
        } catch {
            // A broken file must not keep anybody from stopping what runs by it: the flag says which that is, or the sidecar
            // says by which file it runs. With one running nobody needs the file.
            if isExplicit {
                wanted = line["--listen"].flatMap { try? ListenAddress.parse($0) }
                if wanted == nil { throw .ended(refuse(error)) }
            } else if let file = line["--config"] {
                return try running(by: file, error)
            }
        }
        return RunningSidecars.choose(try allRunning(), wanted: wanted, isExplicit: isExplicit)
    }

    /// The sidecar that was started with a file which cannot be read any more.
    private func running(by file: String, _ error: ConfigurationError) throws(NoSidecar) -> RunningSidecars {
        let running = try allRunning()
        let path = file.hasPrefix("/") ? file : "\((try? File.currentDirectory()) ?? "")/\(file)"
        if let own = RunningSidecars.running(by: path, among: running) { return .one(own) }
        let code = refuse(error)
        if running.isEmpty {
            console.note("no sidecar runs with \(file)")
        } else {
            complain("no sidecar, or more than one, runs with \(file); say which with --listen", running)
        }
        throw .ended(code)
    }

    func askWhich(_ running: [RunningSidecar]) -> ExitCode {
        complain("several sidecars run; say which with --listen", running)
        return .wrongInput
    }

    private func allRunning() throws(NoSidecar) -> [RunningSidecar] {
        let found: RunningSidecars.Found
        do throws(RuntimeFolder.Unusable) {
            found = try RunningSidecars.find(environment)
        } catch {
            console.complain(error.message)
            throw .ended(.failed)
        }
        let silent = found.silent.map { "\($0.why) (\($0.path))" }
        if found.running.isEmpty && !silent.isEmpty {
            console.complain("a sidecar runs and cannot be asked", silent)
            throw .ended(.failed)
        }
        for line in silent { console.note(line) }
        return found.running
    }

    private func complain(_ message: String, _ running: [RunningSidecar]) {
        console.complain(message, running.map { "\($0.address)  pid \($0.pid)" })
    }
}
