internal import Sandbox
internal import YAML

/// The file that `policy init` writes: `default`, and every key with its explanation, commented out.
enum PolicyStarter {
    /// `file`: where it will lie beneath the workspace, if it does. A run could write it there, so that it denies that.
    static func text(at file: NormalPath? = nil, in workspace: NormalPath = .root) -> String {
        """
        # A policy of sidecar: what tools may do, and nothing else. It extends `default`; what is added here holds too.
        # `sidecar policy check` checks the file, `sidecar policy explain` says what it decides and why,
        # `sidecar policy diff default FILE` says what it allows beyond `default`. Explained in docs/policies.md.
        version: 1
        name: project
        description: What the agents of this project may do
        extends: default

        # The policy's own truth table, run by `sidecar policy test`.
        expect:
          - { tool: Read, input: { file_path: "${workspace}/README.md" }, decision: allow }
          - { tool: Read, input: { file_path: "${home}/.ssh/id_ed25519" }, decision: deny, rule: filesystem.deny }
          - { tool: Bash, input: { command: "git push" }, decision: deny, rule: commands.deny }

        """
            + PolicyKeys.root.descriptions.filter { !written.contains($0.name) }.map { key in
                let block = ConfigurationStarter.block(key)
                guard let file, key.name == "filesystem", file.isBeneath(workspace) else { return block }
                return protecting(file.parts.dropFirst(workspace.parts.count).joined(separator: "/"), block)
            }.joined()
    }

    /// The block of `filesystem` with one denial that is not commented out.
    private static func protecting(_ file: String, _ block: String) -> String {
        block.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("#filesystem:") { return String(line.dropFirst()) }
            guard line.hasPrefix("#  deny:") else { return String(line) }
            let path = QuotedYAML.text("${workspace}/\(file)")
            return """
                  # This file lies in the workspace: what a run wrote into it would hold for the next one.
                  deny:
                    - { path: \(path), only: write }
                \(line)
                """
        }.joined(separator: "\n")
    }

    private static let written: Set<String> = ["version", "name", "description", "extends", "expect"]
}
