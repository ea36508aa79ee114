// Written from policies/readonly.yaml by SIDECAR_UPDATE_DOCS=1 swift test --filter ShippedPolicyTests

extension ShippedPolicies {
    static let readonly = #"""
        # For an agent that looks and changes nothing: reviews, questions about the code.
        version: 1
        name: readonly
        description: Reads the project in the workspace, and changes nothing
        extends: base

        filesystem:
          read:
            - "${workspace}"                        # with all beneath, but for what base denies
            - "${home}/.gitconfig"
          execute:
            - /usr/lib/git-core                     # what git calls

        commands:
          allow:
            - ls
            - cat
            - head
            - tail
            - wc
            - sort
            - uniq
            - cut
            - tr
            - nl
            - grep
            - rg
            - diff
            - cmp
            - file
            - stat
            - du
            - tree
            - basename
            - dirname
            - realpath
            - sha256sum
            - jq
            - date
            # Nothing of git that would change something, were it writable.
            - "git log *"
            - "git show *"
            - "git diff *"
            - "git status *"
            - "git blame *"
            - "git grep *"
            - "git ls-files *"
            - "git rev-parse *"
            # Looks; it neither starts programs nor deletes.
            - { name: find, deny_args: [-exec, -execdir, -ok, -okdir, -delete, "-fprint*", -fls] }

        environment:
          set:
            GIT_OPTIONAL_LOCKS: "0"                 # `git status` would like to write its index
            GIT_CONFIG_GLOBAL: "${home}/.gitconfig"

        expect:
          - { tool: Read, input: { file_path: "${workspace}/README.md" }, decision: allow, rule: filesystem.read }
          - { tool: Grep, input: { pattern: main }, decision: allow, rule: filesystem.read }
          - { tool: Glob, input: { pattern: "**/*.c" }, decision: allow, rule: filesystem.read }
          - { tool: Glob, input: { pattern: "../**" }, decision: deny, rule: filesystem.read }
          - { tool: Write, input: { file_path: "${workspace}/README.md" }, decision: deny, rule: filesystem.write }
          - { tool: Edit, input: { file_path: "${workspace}/README.md" }, decision: deny, rule: filesystem.write }
          - { tool: Read, input: { file_path: "${workspace}/.env" }, decision: deny, rule: filesystem.deny }
          - { tool: Bash, input: { command: "git log --oneline | head -3" }, decision: allow, rule: commands.allow }
          - { tool: Bash, input: { command: "git commit -am x" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "find . -name \"*.c\" | wc -l" }, decision: allow, rule: commands.allow }
          - { tool: Bash, input: { command: "find . -delete" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "find . -exec cat {} +" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "cat a > b" }, decision: deny, rule: filesystem.write }
          - { tool: Bash, input: { command: "python3 -c 1" }, decision: deny, rule: commands.allow }
          - { tool: WebFetch, input: { url: "https://example.org/" }, decision: deny, rule: network.allow }

        """#
}
