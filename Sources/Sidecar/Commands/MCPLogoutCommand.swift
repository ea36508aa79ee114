internal import JSON
internal import LinuxSystem
internal import MCP

/// `sidecar mcp logout`.
package enum MCPLogoutCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "logout"], summary: "Forget the login to an MCP server",
            details:
                "Tells whoever gave it that it is not needed any more, where that can be told, and removes it here in any case. A "
                + "sidecar that runs here starts the server anew, which then has no login. Of a server that was removed, the "
                + "logins at all its addresses end.",
            flags: [.whichSidecar], arguments: [.serverName], hasJSON: true,
            examples: [CommandExample("sidecar mcp logout docs", "until the next login")], exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(MCPLoginPlace.Stop) {
            let left = try leftBehind(invocation)
            for (key, grant, store) in left {
                try MCPLoginPlace.settled { () throws(OAuthProblem) in try store.keep(nil, key) }
                tell(grant, invocation)
            }
            if !left.isEmpty {
                show(invocation.line.arguments[0], true, invocation)
                return .done
            }
            let place = try MCPLoginPlace(invocation)
            let grant = try place.known()
            try place.keep(nil)
            if let grant { tell(grant, invocation) }
            show(place.entry.name, grant != nil, invocation)
            if grant != nil { _ = place.startAnew(invocation) }
            return .done
        } catch {
            invocation.console.complain(error.message)
            return error.code
        }
    }

    private static func show(_ name: String, _ wasLoggedIn: Bool, _ invocation: Invocation) {
        if invocation.wantsJSON {
            let json: JSONValue = ["name": .string(name), "was_logged_in": .bool(wasLoggedIn)]
            return invocation.console.print(json.text())
        }
        invocation.console.print("\(wasLoggedIn ? "logged out of" : "there was no login to") `\(name)`")
    }

    /// Logins of a name that no entry has any more.
    private static func leftBehind(
        _ invocation: Invocation
    ) throws(MCPLoginPlace.Stop) -> [(key: String, grant: OAuthGrant, store: OAuthStore)] {
        let name = invocation.line.arguments[0]
        let (entries, problems, _) = invocation.serverFiles.read()
        // A file that cannot be read may well have it.
        guard let state = Places.state(invocation.environment), problems.isEmpty,
            !entries.contains(where: { $0.name == name })
        else { return [] }
        let store = OAuthStore(stateFolder: state)
        return try MCPLoginPlace.settled { () throws(OAuthProblem) in try store.find(named: name) }
            .map { ($0.key, $0.grant, store) }
    }

    /// RFC 7009. It is forgotten here whatever comes of it.
    private static func tell(_ grant: OAuthGrant, _ invocation: Invocation) {
        guard let address = grant.revocation else { return }
        let outcome = try? InterruptibleLoop.run { loop, _ in
            do throws(OAuthProblem) {
                _ = try await OAuthExchange(on: loop).post(grant.revocationForm, to: address, as: grant.client)
                return Result<Void, OAuthProblem>.success(())
            } catch {
                return .failure(error)
            }
        }
        if case .failure(let problem)? = outcome {
            invocation.console.note("it may still hold at \(grant.issuer): \(problem.message)")
        }
    }
}
