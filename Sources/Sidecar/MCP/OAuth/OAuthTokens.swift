internal import LinuxSystem
internal import MCP

/// The login of one server behind an address: what is said with each request, and that it is renewed before it ends. On its loop
/// only, which `@unchecked Sendable` stands on.
final class OAuthTokens: @unchecked Sendable {
    enum Outcome {
        /// `trouble`: what a person should know all the same.
        case renewed(trouble: String?)
        /// Only a person can help.
        case lost(String)
        /// For now.
        case failed(String)
    }

    private let store: OAuthStore
    private let key: String
    private let loop: EventLoop
    private(set) var grant: OAuthGrant?

    /// How long another process may take to renew it.
    private static let turnTime = TimeSpan.seconds(30)
    private static let lookInterval = TimeSpan.milliseconds(50)
    /// What could not be renewed, and still holds, is let be for so long.
    private static let restSeconds = 30
    private var restsUntil = 0

    /// nil where no login can be: in clear text, with nowhere to keep it, or where the entry has a field of its own.
    init?(_ entry: MCPServerEntry, stateFolder: String?, on loop: EventLoop) {
        guard let stateFolder, entry.loginProblem == nil else { return nil }
        store = OAuthStore(stateFolder: stateFolder)
        key = OAuthStore.key(entry)
        self.loop = loop
        // What is wrong with the file, whoever logs in is told.
        grant = try? store.find(key)
    }

    var access: String? { grant?.access }
    var isToBeRenewed: Bool {
        let now = TokenKeeper.now()
        return now >= restsUntil && grant?.isToBeRenewed(now) ?? false
    }

    /// `rejected`: a token that the server does not take any more; nil: it will end soon.
    func renew(_ rejected: String?) async -> Outcome {
        let turn: OAuthStore.Turn?
        do throws(SystemError) {
            turn = try await waitForTurn()
        } catch {
            return .failed("its lock cannot be had: \(error)")
        }
        guard let turn else { return .failed("another process has been renewing it for \(Self.turnTime)") }
        defer { withExtendedLifetime(turn) {} }
        let old = rejected ?? grant?.access
        // Another process may have done it, or somebody has logged in anew, or out.
        do throws(OAuthProblem) { grant = try store.find(key) } catch { return .failed(error.message) }
        guard let known = grant else { return .lost("there is no login any more") }
        if known.access != old, !known.isToBeRenewed(TokenKeeper.now()) { return .renewed(trouble: nil) }
        guard let form = known.renewalForm else { return .lost("the login is over, and cannot be renewed") }
        do throws(OAuthProblem) {
            let answer = try await OAuthExchange(on: loop).post(form, to: known.token, as: known.client)
            let fresh = try known.renewed(answer, now: TokenKeeper.now())
            grant = fresh
            return .renewed(trouble: keep(fresh).map { "its login was renewed, and ends with this process: \($0)" })
        } catch {
            if error.endsLogin {
                grant = nil
                let trouble = keep(nil).map { "; \($0)" } ?? ""
                return .lost("the login is over: \(error.message)\(trouble)")
            }
            if rejected != nil || known.isOver(TokenKeeper.now()) { return .failed(error.message) }
            restsUntil = TokenKeeper.now() + Self.restSeconds
            return .renewed(trouble: "its login still holds, and cannot be renewed for now: \(error.message)")
        }
    }

    /// What cannot be kept still serves this process; nil: it is kept.
    private func keep(_ grant: OAuthGrant?) -> String? {
        do throws(OAuthProblem) {
            try store.keep(grant, key)
            return nil
        } catch {
            return error.message
        }
    }

    private func waitForTurn() async throws(SystemError) -> OAuthStore.Turn? {
        let deadline = loop.clock.now() + Self.turnTime
        while loop.clock.now() < deadline {
            if let turn = try store.turn() { return turn }
            await loop.sleep(Self.lookInterval)
        }
        return nil
    }
}

extension MCPServerEntry {
    /// Where it is, without what is only for whoever shows a page; nil: `url` is none.
    var webAddress: OAuthAddress? { OAuthAddress(String(url.prefix { $0 != "#" })) }

    /// Why nobody can log in to it; nil: somebody can, if it wants that.
    var loginProblem: String? {
        if transport == .stdio { return "`\(name)` is a program; what it wants to know stands in its variables" }
        guard let address = webAddress else { return "`\(name)`: `url` is no address" }
        if !address.isPrivate {
            return
                "`\(name)` is reached in clear text (\(address.origin)), where a login would be everybody's; https is needed"
        }
        if headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            return "the entry of `\(name)` has `Authorization` among its headers, which is its login"
        }
        return nil
    }
}
