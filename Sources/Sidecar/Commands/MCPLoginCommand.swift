internal import JSON
internal import LinuxSystem
internal import MCP

/// `sidecar mcp login`.
package enum MCPLoginCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "login"], summary: "Log in to an MCP server behind an address",
            details:
                "For servers that want OAuth. Prints an address to open in a browser on this machine, and waits until the browser "
                + "comes back. What is given then is kept in a private file of the state folder, renewed before it ends, and sent "
                + "to that server alone, by https or on this machine. A sidecar that runs here starts the server anew.",
            flags: [
                FlagDeclaration(
                    "--scopes", .init("SCOPES"), help: "What to ask for, in place of what the server asks for."),
                FlagDeclaration(
                    "--timeout", .init("MS"), help: "How long to wait for the browser: 300000 milliseconds."),
                .whichSidecar,
            ],
            arguments: [.serverName], hasJSON: true,
            examples: [
                CommandExample("sidecar mcp login docs", "with what the server asks for"),
                CommandExample("sidecar mcp login docs --scopes 'read write'", "with more than that"),
            ],
            exitCodes: [.failed, .timedOut])
    }

    private static let waitingTime = TimeSpan.seconds(300)

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(MCPLoginPlace.Stop) {
            let limit = try limit(invocation.line["--timeout"])
            let place = try MCPLoginPlace(invocation)
            let grant = try grant(place, limit, invocation)
            try place.keep(grant)
            show(grant, place, invocation)
            return place.startAnew(invocation)
        } catch {
            invocation.console.complain(error.message)
            return error.code
        }
    }

    private static func limit(_ text: String?) throws(MCPLoginPlace.Stop) -> TimeSpan {
        guard let text else { return waitingTime }
        guard let number = UInt64(text), (1...86_400_000).contains(number) else {
            throw .init("--timeout `\(text)`: write milliseconds, from 1 to 86400000", .wrongInput)
        }
        return .milliseconds(number)
    }

    /// Asks twice, before and after the browser, each time on a loop of its own: between them a person is told something.
    private static func grant(
        _ place: MCPLoginPlace, _ limit: TimeSpan, _ invocation: Invocation
    ) throws(MCPLoginPlace.Stop) -> OAuthGrant {
        let scopes = invocation.line["--scopes"]
        // Before the browser: what cannot be kept afterwards need not be asked for.
        let known = try place.known()?.issuer
        let redirect: OAuthRedirect
        let attempt: Result<OAuthAttempt, OAuthProblem>
        do throws(SystemError) {
            redirect = try OAuthRedirect(port: place.entry.oauth.port ?? 0)
            attempt = try InterruptibleLoop.run { loop, _ in
                await OAuthLogin(place, scopes: scopes, known: known, on: loop).attempt(to: redirect.address)
            }
        } catch {
            throw .init("nobody could come back from the browser: \(error)")
        }
        let asked = try place.settled(attempt)
        invocation.console.note(
            "\(asked.invitation):\n\n    \(asked.address)\n\nwaiting for \(limit) at \(asked.redirect)")
        let outcome: Result<OAuthGrant, OAuthProblem>?
        do throws(SystemError) {
            outcome = try InterruptibleLoop.run { loop, _ in
                switch await redirect.wait(for: asked, within: limit, on: loop) {
                case .timedOut: nil
                case .refused(let why): .failure(OAuthProblem(why))
                case .code(let code):
                    await OAuthLogin(place, scopes: scopes, known: known, on: loop).grant(code, asked)
                }
            }
        } catch {
            throw .init("\(error)")
        }
        guard let outcome else { throw .init("the browser did not come back within \(limit)", .timedOut) }
        return try place.settled(outcome)
    }

    private static func show(_ grant: OAuthGrant, _ place: MCPLoginPlace, _ invocation: Invocation) {
        let left = grant.ends.map { max(0, $0 - TokenKeeper.now()) }
        if invocation.wantsJSON {
            let json: JSONValue = [
                "name": .string(place.entry.name), "url": .string(place.entry.url), "issuer": .string(grant.issuer),
                "scope": grant.scope.map { .string($0) } ?? .null, "seconds": left.map { .int($0) } ?? .null,
                "is_renewed": .bool(grant.refresh != nil),
            ]
            return invocation.console.print(json.text())
        }
        let time =
            grant.refresh != nil
            ? "renewed by itself" : left.map { "for \(TimeSpan.seconds(UInt64($0)))" } ?? "until it is taken back"
        invocation.console.print("logged in to `\(place.entry.name)` by \(grant.issuer), \(time)")
    }
}
