// Written from policies/strict.yaml by SIDECAR_UPDATE_DOCS=1 swift test --filter ShippedPolicyTests

extension ShippedPolicies {
    static let strict = #"""
        # For an agent that nobody trusts yet: it edits the files of the workspace with the tools that are made for that, runs no
        # program at all, and runs only where the whole jail can be had.
        version: 1
        name: strict
        description: Edits files in the workspace; no programs, no network, every layer
        extends: base

        filesystem:
          write: ["${workspace}"]
          deny:
            # What a machine that builds the project would run: such a change is a person's to make.
            - { path: "${workspace}/.github", only: write }
            - { path: "${workspace}/.gitlab-ci.yml", only: write }
            - { path: "${workspace}/.git", only: write }

        limits:
          wall: 30s
          cpu: 10s
          memory: 512MiB
          processes: 32
          open_files: 256
          file_size: 64MiB
          runs_per_minute: 120
          concurrent: 2

        syscalls:
          profile: strict                           # enough for the file tools

        # On a machine that lacks one of these nothing runs (exit code 4).
        require: [user_namespace, mount_namespace, pid_namespace, network_namespace]

        tools:
          Bash: { enabled: false }
          Task: { enabled: false }                  # no agents that start agents
          WebFetch: { enabled: false }
          WebSearch: { enabled: false }

        expect:
          - { tool: Read, input: { file_path: "${workspace}/a.c" }, decision: allow, rule: filesystem.write }
          - { tool: Edit, input: { file_path: "${workspace}/a.c" }, decision: allow, rule: filesystem.write }
          - { tool: Write, input: { file_path: "${workspace}/.git/HEAD" }, decision: deny, rule: filesystem.deny }
          - { tool: Write, input: { file_path: "${workspace}/.github/workflows/ci.yml" }, decision: deny, rule: filesystem.deny }
          - { tool: Read, input: { file_path: "${workspace}/.env" }, decision: deny, rule: filesystem.deny }
          - { tool: Bash, input: { command: ls }, decision: deny, rule: tools.Bash.enabled }
          - { tool: Agent, input: { prompt: x }, decision: deny, rule: tools.Task.enabled }
          - { tool: WebFetch, input: { url: "https://example.org/" }, decision: deny, rule: tools.WebFetch.enabled }
          - { tool: mcp__files__read, input: { path: x }, decision: deny, rule: tools }

        """#
}
