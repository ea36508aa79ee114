internal import Addresses
internal import JSON
internal import Sandbox

/// `allowed_domains` and `blocked_domains`: whole labels, so that `example.org` is no part of `badexample.org`.
struct DomainFilter: Sendable, Equatable {
    enum Mode: Sendable, Equatable { case all, only, without }

    struct Problem: Error, Equatable { let message: String }

    private(set) var mode = Mode.all
    private(set) var domains: [HostName] = []

    init(_ input: JSONValue) throws(Problem) {
        for (key, mode) in [("allowed_domains", Mode.only), ("blocked_domains", .without)] {
            let texts = (input[key]?.array ?? []).compactMap(\.string)
            if texts.isEmpty { continue }
            self.mode = mode
            for text in texts {
                do throws(HostNameProblem) {
                    domains.append(try HostName(text))
                } catch {
                    throw Problem(
                        message:
                            "`\(key)` names `\(text.prefix(80))`, which \(error.message); write names such as example.org"
                    )
                }
            }
        }
    }

    func admits(_ address: String) -> Bool {
        guard let host = try? WebAddress(address).host else { return false }
        let isNamed = domains.contains { host == $0 || host.isBelow($0) }
        return mode == .all || isNamed == (mode == .only)
    }

    var names: [String] { domains.map(\.description) }

    /// In the words that search engines themselves understand, as far as they fit into a query.
    var words: String {
        let shown = names.prefix(Self.wordsMax)
        switch mode {
        case .all: return ""
        case .only:
            // Only some of them would hide what is on the others.
            if names.count > Self.wordsMax { return "" }
            return " "
                + (names.count == 1 ? "site:\(names[0])" : "(\(shown.map { "site:\($0)" }.joined(separator: " OR ")))")
        case .without: return shown.map { " -site:\($0)" }.joined()
        }
    }

    private static let wordsMax = 8
}
