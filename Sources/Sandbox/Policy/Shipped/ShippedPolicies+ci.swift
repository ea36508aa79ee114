// Written from policies/ci.yaml by SIDECAR_UPDATE_DOCS=1 swift test --filter ShippedPolicyTests

extension ShippedPolicies {
    static let ci = #"""
        # For a build machine that is thrown away afterwards, with a project that its owners trust: like `default`, but what is
        # built may lie anywhere in the workspace, and there is more time. Still no network: let an earlier step fetch.
        version: 1
        name: ci
        description: Builds and tests anything in the workspace, for longer; without network
        extends: default

        filesystem:
          # Wider than `default`: what is in the workspace may run, whoever wrote it.
          execute: ["${workspace}", "${tmp}"]

        environment:
          pass: [CI, "GITHUB_RUN_*", GITHUB_SHA, GITHUB_REF]   # names of the build; no tokens
          set:
            CI: "true"                              # so that tools do not ask, and do not watch

        limits:
          wall: 1800s
          cpu: 3600s
          memory: 8GiB
          processes: 1024
          output: 100000
          concurrent: 16

        tools:
          Bash: { limits: { wall: 3600s } }

        expect:
          - { tool: Bash, input: { command: "cc -o hello hello.c && ./hello" }, decision: allow }
          - { tool: Bash, input: { command: "./configure && make check" }, decision: allow }
          - { tool: Bash, input: { command: "git push" }, decision: deny, rule: commands.deny }
          - { tool: Bash, input: { command: "curl https://example.org" }, decision: deny, rule: commands.allow }
          - { tool: Write, input: { file_path: "${workspace}/.git/hooks/post-checkout" }, decision: deny, rule: filesystem.deny }
          - { tool: WebFetch, input: { url: "https://example.org/" }, decision: deny, rule: network.allow }

        """#
}
