internal import JSON
internal import LinuxSystem

/// `sidecar stop`.
package enum StopCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["stop"], summary: "Stop the running sidecar",
            details:
                "Open streams may finish, for as long as `shutdown.grace` says. Returns when the sidecar has ended. Exit "
                + "code 1 means that none runs, or that it did not end.",
            flags: [
                .whichSidecar, FlagDeclaration("--now", help: "Cut what is still open instead of waiting for it."),
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar stop", "ends the sidecar that runs"),
                CommandExample("sidecar stop --listen 127.0.0.1:4000", "one of several"),
            ],
            exitCodes: [.failed])
    }

    /// Beyond the time that open answers get, for closing down itself.
    private static let endTimeMax = TimeSpan.seconds(5)

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(NoSidecar) {
            return stop(try invocation.runningSidecar(), invocation)
        } catch {
            guard case .ended(let code) = error else {
                invocation.console.complain("no sidecar is running")
                return .failed
            }
            return code
        }
    }

    private static func stop(_ sidecar: RunningSidecar, _ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        let outcome: Outcome
        do throws(SystemError) {
            outcome = try askAndWait(sidecar, now: invocation.line.has("--now"), console)
        } catch {
            console.complain("cannot wait for pid \(sidecar.pid): \(error)")
            return .failed
        }
        switch outcome {
        case .ended:
            if invocation.wantsJSON {
                let result: JSONValue = [
                    "address": .string(sidecar.address), "pid": .int(sidecar.pid), "stopped": true,
                ]
                console.print(result.text())
            } else {
                console.print("stopped the sidecar at \(sidecar.address) (pid \(sidecar.pid))")
            }
            return .done
        case .stillRuns(let waited):
            console.complain("pid \(sidecar.pid) still runs after \(waited); `sidecar stop --now` cuts what is open")
            return .failed
        case .refused(let message):
            console.complain("\(sidecar.address) (pid \(sidecar.pid)): \(message)")
            return .failed
        }
    }

    private enum Outcome {
        case ended
        case stillRuns(TimeSpan)
        case refused(String)
    }

    private static func askAndWait(
        _ sidecar: RunningSidecar, now: Bool, _ console: any Console
    ) throws(SystemError) -> Outcome {
        // Before we ask: afterwards the number may be nobody's, or somebody else's.
        guard let process = try ProcessHandle(pid: sidecar.pid) else { return .ended }
        let answer: JSONValue
        do throws(ControlClient.Failure) {
            answer = try ControlClient.ask(sidecar.path, "POST", "/stop", ["now": .bool(now)])
        } catch {
            if error != .notRunning { return .refused(error.message) }
            answer = .null
        }
        let grace = TimeSpan.milliseconds(UInt64(max(0, answer["grace_ms"]?.int ?? 0)))
        let open = answer["in_flight"]?.int ?? 0
        if !now && open > 0 {
            console.note("waiting for \(open) open \(open == 1 ? "answer" : "answers"), at most \(grace)")
        }
        let clock = MonotonicClock()
        let began = clock.now()
        let hasEnded = try process.waitForEnd(
            began + TimeSpan(nanoseconds: grace.nanoseconds + endTimeMax.nanoseconds), clock: clock)
        return hasEnded ? .ended : .stillRuns(clock.now() - began)
    }
}
