internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

/// `sidecar serve`.
package enum ServeCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["serve"], summary: "Start the sidecar",
            details: "Listens on 127.0.0.1:3456 by default and stays in the foreground until SIGTERM or Ctrl-C. Open "
                + "streams then get 30 s to finish; a second Ctrl-C ends at once. SIGHUP and a changed file reload the "
                + "configuration. --detach prints where it is, its process and its log ($XDG_STATE_HOME/sidecar/serve.log).",
            flags: [
                FlagDeclaration(
                    "--listen", .init("HOST:PORT"), configurationKey: "listen",
                    help: "Where clients connect; anything but loopback needs auth.keys."),
                FlagDeclaration(
                    "--workspace", .init("DIR", .folder), configurationKey: "workspace",
                    help: "The folder that tools work in; this one by default."),
                FlagDeclaration(
                    "--policy", .init("FILE", .file),
                    help: "What tools may do: a file, or a built-in name; else the configuration's, else `default`."),
                FlagDeclaration(
                    "--provider", .init("NAME"), configurationKey: "routes.default",
                    help: "The provider that gets the requests which nothing else routes."),
                FlagDeclaration("--detach", help: "Go to the background once the sidecar is ready."),
                FlagDeclaration(
                    "--log-format", .init("FORMAT", .choice(Configuration.Log.Format.allCases.map(\.rawValue))),
                    configurationKey: "log.format", help: "pretty or json; by default pretty on a terminal only."),
                FlagDeclaration(
                    "--log-level", .init("LEVEL", .choice(Configuration.Log.Level.allCases.map(\.rawValue))),
                    configurationKey: "log.level", help: "The least important lines: debug, info, warn or error."),
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar serve", "in the foreground, with ./sidecar.yaml if there is one"),
                CommandExample(
                    "sidecar serve --listen 127.0.0.1:0 --log-format json", "on a free port, logs for a machine"),
                CommandExample("sidecar serve --detach", "in the background; `sidecar stop` ends it"),
            ],
            exitCodes: [.failed, .timedOut])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let environment = invocation.environment
        let reporter = StartReporter(environment)
        let source = ConfigurationReload(
            file: ConfigurationFile.locate(explicit: invocation.line["--config"], environment: environment),
            environment: environment, overrides: invocation.line.configurationOverrides)
        let found: ConfigurationReload.Result
        do throws(ConfigurationError) {
            found = try source.load()
        } catch {
            guard let reporter else { return invocation.refuse(error) }
            let log = try? log(Configuration(), invocation.console)
            return end(error.description, .wrongInput, log, reporter, invocation)
        }
        if invocation.line.has("--detach") { return detach(invocation) }
        do throws(SettingsError) {
            return serve(found, try tools(found.loaded.configuration, invocation), source, reporter, invocation)
        } catch {
            let error = invocation.line.has("--policy") ? error : found.loaded.placed(error)
            guard let reporter else { return invocation.refuse(error) }
            return end(
                error.description, .wrongInput, try? log(Configuration(), invocation.console), reporter, invocation)
        }
    }

    /// Of the folder and the policy that the configuration names, flags included.
    private static func tools(
        _ configuration: Configuration, _ invocation: Invocation
    ) throws(SettingsError) -> ToolSetup? {
        // Without a place for what they keep there are no tools; everything else needs none.
        if Places.state(invocation.environment) == nil { return nil }
        return try ToolSetup.make(
            flag: invocation.line["--policy"], configured: configuration.policy,
            configurationWasNamed: invocation.namesConfiguration,
            variables: try invocation.policyVariables(workspace: configuration.workspace),
            environment: invocation.environment
        ).with(configuration, invocation.environment).guarding(
            configurationFile: ConfigurationFile.locate(
                explicit: invocation.line["--config"], environment: invocation.environment), invocation.environment)
    }

    private static func serve(
        _ found: ConfigurationReload.Result, _ tools: ToolSetup?, _ source: ConfigurationReload,
        _ reporter: StartReporter?,
        _ invocation: Invocation
    ) -> ExitCode {
        let loaded = found.loaded
        Signal.ignoreBrokenPipes()
        // Before the first thread: every thread inherits it.
        Signal.block(Sidecar.handledSignals)
        var log: Log?
        do throws(Sidecar.CannotStart) {
            let newLog = try Self.log(loaded.configuration, invocation.console)
            log = newLog
            let reload = tools.map { setup in
                ToolReload(setup) { fresh throws(SettingsError) in
                    // Which policy it is and where tools work is settled at the start.
                    var configuration = fresh
                    configuration.policy = loaded.configuration.policy
                    configuration.workspace = loaded.configuration.workspace
                    return try Self.tools(configuration, invocation) ?? setup
                }
            }
            let sidecar = try Sidecar(found.settings, reload, source, log: newLog)
            // Who asked for JSON has a program reading.
            let showsBanner = reporter == nil && loaded.configuration.log.format != .json
            // Before the port opens: who connects should find the banner written.
            let inForce = showsBanner ? ToolSetup.inForce(tools) : ToolSetup.InForce()
            let address = try sidecar.open()
            if showsBanner {
                let banner = Banner(loaded, address: address, policy: inForce.policy, sandbox: inForce.sandbox)
                invocation.console.write(banner.text { invocation.console.styled($0, $1, on: .error) }, to: .error)
            } else {
                newLog.info("ready", [("address", .text(address.description)), ("pid", .int(Int(ProcessInfo.pid)))])
            }
            let result = invocation.wantsJSON ? started(address.description, ProcessInfo.pid, log: nil) : nil
            try sidecar.run {
                // To the stream itself: the console of a command belongs to the thread that runs it.
                if let result { try? StandardStream.output.write(result + "\n") }
                guard let reporter else { return }
                // Who is told to look into the log finds there what was said so far.
                newLog.flush()
                reporter.tell(.ready(address: address.description))
            }
            return .done
        } catch {
            return end(error.message, error.exitCode, log, reporter, invocation)
        }
    }

    /// In the background the log has a line like its others, and who waits for us tells the user.
    private static func end(
        _ message: String, _ code: ExitCode, _ log: Log?, _ reporter: StartReporter?, _ invocation: Invocation
    ) -> ExitCode {
        if let reporter, let log {
            log.error("cannot start", [("error", .text(message)), ("pid", .int(Int(ProcessInfo.pid)))])
            log.flush()
            reporter.tell(.failed(message: message, code: code))
        } else {
            invocation.console.complain(message)
            reporter?.tell(.failed(message: message, code: code))
        }
        return code
    }

    private static func detach(_ invocation: Invocation) -> ExitCode {
        do throws(DetachedSidecar.CannotStart) {
            let words = invocation.line.words(without: ["--detach", "--json"])
            let sidecar = try DetachedSidecar.start(words, invocation.environment)
            if invocation.wantsJSON {
                invocation.console.print(started(sidecar.address, sidecar.pid, log: sidecar.logPath))
            } else {
                invocation.console.print("sidecar is ready at http://\(sidecar.address) (pid \(sidecar.pid))")
                invocation.console.print("its log is \(sidecar.logPath); `sidecar stop` ends it")
            }
            return .done
        } catch {
            invocation.console.complain(error.message)
            return error.code
        }
    }

    private static func started(_ address: String, _ pid: Int32, log: String?) -> String {
        let result: JSONValue = [
            "address": .string("http://\(address)"), "pid": .int(pid), "log": log.map { .string($0) } ?? .null,
        ]
        return result.text()
    }

    private static func log(
        _ configuration: Configuration, _ console: any Console
    ) throws(Sidecar.CannotStart) -> Log {
        let format = configuration.log.format ?? (StandardStream.error.isTerminal ? .pretty : .json)
        do {
            return Log(
                try LineWriter(fd: StandardStream.error.rawValue), format: format, level: configuration.log.level,
                isColoured: console.isColoured(.error))
        } catch {
            throw Sidecar.CannotStart(message: "no thread for the log: \(error)", exitCode: .failed)
        }
    }
}
