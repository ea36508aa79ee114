// Written from policies/base.yaml by SIDECAR_UPDATE_DOCS=1 swift test --filter ShippedPolicyTests

extension ShippedPolicies {
    static let base = #"""
        # What every policy of this project stands on: enough for a program to start, nothing for it to do.
        # It names no command, no host and no file of yours; whoever extends it says what it is for. Explained in docs/policies.md.
        version: 1
        name: base
        description: What programs need to start, and what nobody may touch

        filesystem:
          # Read-only. Libraries, headers, data. Not /usr/bin: a program that no rule names is not even there.
          read:
            - /usr/lib                              # shared libraries, and the parts of languages that are files
            - /usr/lib64                            # the same, on other distributions
            - /usr/libexec                          # helpers of programs
            - /usr/include                          # headers of C
            - /usr/share                            # data: time zones, character sets, documentation
            - /usr/local/lib                        # what the machine's administrator has added
            - /usr/local/include
            - /usr/local/share
            - /lib                                  # where /usr is split, and where links lead to it
            - /lib64
            - /etc/ld.so.cache                      # where the loader finds libraries
            - /etc/ssl/certs                        # which servers to trust; not /etc/ssl/private
            - /etc/ssl/openssl.cnf
            - /etc/ca-certificates
            - /etc/alternatives                     # links such as cc, which lead back to /usr
            - /etc/localtime                        # the time of day
            - /etc/locale.alias                     # other names of languages; /usr/share has a link to it
            - /etc/passwd                           # names of users; no password has been in it since 1990
            - /etc/group
            - /etc/nsswitch.conf
            - /etc/os-release                       # which distribution this is
            - /etc/mime.types
          # A folder of the run's own, gone when it ends.
          write: ["${tmp}"]
          # Stays denied in every policy that extends this one.
          deny:
            # Keys and tokens, should somebody grant the home folder, or work in it.
            - "${home}/.ssh"
            - "${home}/.gnupg"
            - "${home}/.aws"
            - "${home}/.azure"
            - "${home}/.config/gcloud"
            - "${home}/.config/gh"
            - "${home}/.config/git/credentials"
            - "${home}/.kube"
            - "${home}/.docker"
            - "${home}/.netrc"
            - "${home}/.npmrc"
            - "${home}/.pypirc"
            - "${home}/.git-credentials"
            - "${home}/.password-store"
            - "${home}/.mozilla"
            - "${home}/.claude"
            - "${home}/.claude.json"
            - "${home}/.bash_history"
            # The project's own secrets are not read either, in whichever folder.
            - "**/.env"
            - "**/.env.local"
            - "**/.env.*.local"
            # What git runs or obeys, on the host too, the next time somebody calls it. It may be read: git needs it.
            - { path: "${workspace}/.git/config", only: write }
            - { path: "${workspace}/.git/hooks", only: write }
            - { path: "${workspace}/.git/config.worktree", only: write }
            - { path: "${workspace}/.git/commondir", only: write }
            - { path: "${workspace}/.git/worktrees", only: write }
            - { path: "${workspace}/.git/info", only: write }
            - { path: "${workspace}/.git/worktrees/*/commondir", only: write }
            - { path: "${workspace}/.git/worktrees/*/gitdir", only: write }
            - { path: "${workspace}/.git/worktrees/*/config.worktree", only: write }
            - { path: "${workspace}/.git/modules", only: write }
            # What agents and editors run or obey when the folder is opened.
            - { path: "${workspace}/.mcp.json", only: write }
            - { path: "${workspace}/.claude", only: write }
            - { path: "${workspace}/.codex", only: write }
            - { path: "${workspace}/.cursor", only: write }
            - { path: "${workspace}/.devcontainer", only: write }
            - { path: "${workspace}/.gemini", only: write }
            - { path: "${workspace}/.vscode", only: write }
            - { path: "${workspace}/.windsurf", only: write }
            - { path: "${workspace}/.zed", only: write }
            - { path: "${workspace}/.idea", only: write }
            - { path: "${workspace}/.husky", only: write }
            - { path: "${workspace}/.envrc", only: write }
            # What decides here which policy holds, and where keys are sent.
            - { path: "${workspace}/sidecar.yaml", only: write }
            # The same of git's in repositories within this one. Those that a run makes are its own: docs/security.md.
            - { path: "**/.git/config", only: write }
            - { path: "**/.git/hooks", only: write }

        commands:
          # Nothing may run that is not named; these would be refused even if somebody named them.
          deny:
            - sudo                                  # other users
            - su
            - doas
            - pkexec
            - mount                                 # other views of the files
            - umount
            - chroot
            - nsenter
            - unshare
            - docker                                # a daemon that does as root what it is asked
            - podman
            - ssh                                   # other machines
            - scp
            - crontab                               # later, outside
            - at

        environment:
          # From the sidecar's own environment. No LD_*, no tokens, nothing that a shell would run.
          pass: [LANG, "LC_*", TERM, TZ]
          set:
            PATH: /usr/local/bin:/usr/bin:/bin
            HOME: "${tmp}"                          # so that programs write their settings where they are gone afterwards
            TMPDIR: "${tmp}"
            GIT_TERMINAL_PROMPT: "0"                # nobody is there to answer
            GIT_CONFIG_NOSYSTEM: "1"                # /etc/gitconfig is not granted, and git stops where it may not read it
            GIT_PAGER: cat
            PAGER: cat

        limits:
          wall: 120s                                # on the clock, from start to end
          cpu: 60s                                  # of processors, for one process
          memory: 2GiB
          processes: 256                            # and threads, at the same time
          open_files: 1024                          # of one process
          file_size: 1GiB                           # of one file
          output: 30000                             # bytes that the agent gets to read
          runs_per_minute: 600
          concurrent: 8

        syscalls:
          profile: default                          # what ordinary programs call; no ptrace, no mounts, no kernel modules

        # Without these two nothing runs (exit code 4).
        require: [seccomp, landlock]

        expect:
          - { tool: Read, input: { file_path: /usr/include/stdio.h }, decision: allow, rule: filesystem.read }
          - { tool: Read, input: { file_path: /etc/shadow }, decision: deny, rule: filesystem.read }
          - { tool: Read, input: { file_path: "${workspace}/README.md" }, decision: deny, rule: filesystem.read }
          - { tool: Write, input: { file_path: /usr/lib/x }, decision: deny, rule: filesystem.write }
          - { tool: Write, input: { file_path: "${tmp}/x" }, decision: allow, rule: filesystem.write }
          - { tool: Bash, input: { command: "ls" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "sudo ls" }, decision: deny, rule: commands.deny }
          - { tool: Bash, input: { command: "echo \"the shell alone\"" }, decision: allow }
          - { tool: WebFetch, input: { url: "https://example.org/" }, decision: deny, rule: network.allow }
          - { tool: TodoWrite, input: { todos: [] }, decision: allow }

        """#
}
