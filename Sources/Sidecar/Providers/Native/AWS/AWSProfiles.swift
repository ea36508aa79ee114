internal import LinuxSystem
internal import Synchronization

/// The files that Amazon's programs keep keys and regions in. Read again when they change: keys that hold for an hour are
/// written anew into them.
final class AWSProfiles: Sendable {
    typealias Section = [String: String]

    private struct Kept {
        let identity: File.Identity
        let sections: [String: Section]
    }

    private let credentialsFile: String
    private let configFile: String
    private let kept = Mutex<[String: Kept]>([:])

    init(_ environment: [String: String]) {
        let home = environment["HOME"] ?? ""
        credentialsFile = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials"
        configFile = environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config"
    }

    /// What both files say of it; the file of credentials counts first. nil: neither knows it.
    func section(_ profile: String) throws(CredentialsProblem) -> Section? {
        let config = try sections(configFile)
        let own = config["profile \(profile)"] ?? (profile == "default" ? config["default"] : nil)
        let keys = try sections(credentialsFile)[profile]
        if own == nil && keys == nil { return nil }
        return (own ?? [:]).merging(keys ?? [:]) { $1 }
    }

    /// A part of the file of configuration that is no profile.
    func part(_ name: String) throws(CredentialsProblem) -> Section? { try sections(configFile)[name] }

    private func sections(_ path: String) throws(CredentialsProblem) -> [String: Section] {
        guard let identity = (try? File.status(path))?.identity else { return [:] }
        if let known = kept.withLock({ $0[path] }), known.identity == identity { return known.sections }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try File.read(path, limit: 1 << 20)
        } catch {
            throw CredentialsProblem(reason: "\(path) cannot be read: \(error.reason)")
        }
        let sections = Self.parse(String(decoding: bytes, as: UTF8.self))
        kept.withLock { $0[path] = Kept(identity: identity, sections: sections) }
        return sections
    }

    /// Sections in brackets, a key and a value a line; what is indented belongs to the key above and to nothing here.
    static func parse(_ text: String) -> [String: Section] {
        var sections: [String: Section] = [:]
        var name: String?
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            if first == "[" {
                name = line.dropFirst().split(separator: "]").first.map {
                    $0.split(separator: " ").joined(separator: " ")
                }
                continue
            }
            guard let name, let sign = line.firstIndex(of: "=") else { continue }
            let key = trimmed(line[..<sign]).lowercased()
            sections[name, default: [:]][key] = trimmed(withoutComment(line[line.index(after: sign)...]))
        }
        return sections
    }

    private static func withoutComment(_ value: Substring) -> Substring {
        var last: Character = "="
        for place in value.indices {
            if "#;".contains(value[place]), last.isWhitespace { return value[..<place] }
            last = value[place]
        }
        return value
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
