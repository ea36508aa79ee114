internal import Sandbox
internal import YAML

/// The file that `policy init` writes: `default`, and every key with its explanation, commented out.
enum PolicyStarter {
    static func text() -> String {
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
            + PolicyKeys.root.descriptions.filter { !written.contains($0.name) }.map(ConfigurationStarter.block)
            .joined()
    }

    private static let written: Set<String> = ["version", "name", "description", "extends", "expect"]
}
