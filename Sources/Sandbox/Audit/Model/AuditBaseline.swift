internal import LinuxSystem

/// A policy as somebody approved it: its lines, and the files that its programs were. A text file, a line each, so that it
/// can be kept in version control and read in a review.
package struct AuditBaseline: Sendable, Equatable {
    package private(set) var lines: Set<String>
    /// By path, what `identity` said of the file.
    package private(set) var programs: [String: String] = [:]

    private static let header = "sidecar policy baseline 1"

    /// Of a policy alone.
    package init(_ policy: Policy) { lines = Set(PolicyNormalForm.lines(policy).map(\.text)) }

    /// nil for what is no such file.
    package init?(parsing text: String) {
        var rest = text.split(separator: "\n").map(String.init)[...]
        guard rest.popFirst() == Self.header else { return nil }
        lines = []
        for line in rest {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "rule": lines.insert(parts[1])
            case "program":
                let words = parts[1].split(separator: " ", maxSplits: 1).map(String.init)
                guard words.count == 2 else { return nil }
                programs[words[1]] = words[0]
            default: return nil
            }
        }
    }

    /// Of a policy with the programs that it grants on a host.
    package init(_ loaded: LoadedPolicy, _ request: AuditRequest, host: any AuditHost) {
        self.init(loaded.policy)
        let scene = AuditScene(loaded, request, host)
        for path in scene.grants.flatMap(\.programs) {
            let end = scene.real(path)
            if let file = scene.host.file(end) { programs[end.text] = Self.identity(of: file) }
        }
    }

    package var text: String {
        ([Self.header] + lines.sorted().map { "rule \($0)" }
            + programs.sorted { $0.key < $1.key }.map { "program \($0.value) \($0.key)" }).joined(separator: "\n")
            + "\n"
    }

    /// A file that is written or replaced is another one.
    static func identity(of file: HostFile) -> String {
        "\(file.device):\(file.inode):\(file.size):\(file.modifiedNanoseconds)"
    }
}
