// Written from policies/default.yaml by SIDECAR_UPDATE_DOCS=1 swift test --filter ShippedPolicyTests

extension ShippedPolicies {
    static let standard = #"""
        # For a developer's agent: it builds and tests the project in the workspace, and reaches nothing else.
        # C, Python, Node and Swift projects work; another language is a file of yours that extends this one.
        version: 1
        name: default
        description: Builds and tests the project in the workspace, without network
        extends: base

        filesystem:
          read:
            - "${home}/.gitconfig"                  # who commits
            - "${home}/.config/git"
          # The project. What base denies stays denied: .env, .git/hooks and so on.
          write: ["${workspace}"]
          # Files may be run, and loaded as libraries, from here. From the rest of the workspace they may not: what an agent
          # downloads or writes is no program until it has been built. Your project builds into another folder? Extend this file.
          execute:
            - /usr/lib                              # libraries, and what compilers and git call: cc1, collect2, git-core
            - /usr/lib64
            - /usr/libexec
            - /usr/local/lib
            - /lib
            - /lib64
            - /opt/swift                            # a toolchain that was unpacked there
            # With a slash at its end, a folder is made where it is missing, and gone again if nothing came into it.
            - "${workspace}/build/"                 # make, cmake, meson
            - "${workspace}/out/"
            - "${workspace}/.build/"                # swift build
            - "${tmp}/run/"                         # TMPDIR: what a build makes for itself and runs at once
            - "${workspace}/node_modules"           # what npm has installed
            - "${workspace}/.venv"                  # python3 -m venv .venv
            - "${workspace}/venv"

        commands:
          allow:
            # Shells. They can only start what is named here.
            - bash
            - sh
            - dash
            - env
            # Files and folders.
            - ls
            - cat
            - cp
            - mv
            - rm
            - mkdir
            - rmdir
            - ln
            - touch
            - chmod
            - install
            - mktemp
            - stat
            - file
            - du
            - df
            - find
            - tree
            - realpath
            - readlink
            - basename
            - dirname
            - pwd
            - truncate
            - sync
            # Text.
            - head
            - tail
            - wc
            - sort
            - uniq
            - cut
            - tr
            - paste
            - join
            - comm
            - fold
            - fmt
            - nl
            - tac
            - rev
            - tee
            - split
            - expand
            - column
            - printf
            - echo
            - yes
            - seq
            - shuf
            - grep
            - egrep
            - fgrep
            - rg
            - sed
            - awk
            - gawk
            - mawk
            - jq
            - diff
            - cmp
            - patch
            - od
            - xxd
            - hexdump
            - strings
            - base64
            - md5sum
            - sha1sum
            - sha256sum
            - sha512sum
            - cksum
            - iconv
            # What is around a command.
            - xargs
            - timeout
            - nice
            - nohup
            - sleep
            - time
            - date
            - tput
            - test
            - "["
            - "true"
            - "false"
            - expr
            - bc
            - which
            - id
            - whoami
            - hostname
            - uname
            - nproc
            - getconf
            - getent
            - locale
            - ps
            - kill
            - free
            - uptime
            # Archives.
            - tar
            - gzip
            - gunzip
            - zcat
            - bzip2
            - xz
            - zstd
            - zip
            - unzip
            - cpio
            # History. Nothing is pushed: see below.
            - git
            # C and C++.
            - make
            - gmake
            - cmake
            - ctest
            - ninja
            - meson
            - pkg-config
            - pkgconf
            - cc
            - gcc
            - g++
            - c++
            - cpp
            - clang
            - clang++
            - clang-format
            - clang-tidy
            - as
            - ld
            - ld.bfd
            - ld.gold
            - ld.lld
            - lld
            - ar
            - ranlib
            - nm
            - objdump
            - objcopy
            - readelf
            - size
            - strip
            - c++filt
            - gcov
            - m4
            - bison
            - flex
            - ccache
            # Python.
            - python3
            - "python3.*"
            - python
            - pip
            - pip3
            - pytest
            - ruff
            - black
            - mypy
            - flake8
            # Node.
            - node
            - nodejs
            - npm
            - npx
            - corepack
            - yarn
            - pnpm
            - tsc
            - eslint
            - prettier
            # Swift.
            - swift
            - swiftc
            - swift-build
            - swift-test
            - swift-run
            - swift-package
            - swift-driver
            - swift-frontend
            - swift-format
            - swift-autolink-extract
            - lldb
          deny:
            - "git push *"                          # what leaves this machine, a person sends
            - "git send-email *"
            - "npm publish *"

        environment:
          set:
            PATH: /usr/local/bin:/usr/bin:/bin:/opt/swift/usr/bin
            GIT_CONFIG_GLOBAL: "${home}/.gitconfig" # HOME is private to the run
            TMPDIR: "${tmp}/run"                    # swift build compiles Package.swift there, and runs it
            npm_config_fetch_retries: "0"           # without a network it would try again for minutes

        limits:
          cpu: 600s                                 # a build is one long process now and then
          memory: 4GiB
          processes: 512
          open_files: 4096
          file_size: 4GiB

        tools:
          Bash: { limits: { wall: 600s } }          # builds and tests take their time
          "mcp__*": { enabled: true }               # of MCP servers, which a person has set up or approved; their programs run as themselves

        expect:
          # It works on the project, …
          - { tool: Read, input: { file_path: "${workspace}/README.md" }, decision: allow, rule: filesystem.write }
          - { tool: Write, input: { file_path: "${workspace}/src/main.c" }, decision: allow, rule: filesystem.write }
          - { tool: Bash, input: { command: "make -j2 && make test" }, decision: allow, rule: commands.allow }
          - { tool: Bash, input: { command: "cc -O2 -o build/hello hello.c && build/hello" }, decision: allow }
          - { tool: Bash, input: { command: "npm run build" }, decision: allow, rule: commands.allow }
          - { tool: Bash, input: { command: "python3 -m pytest -q" }, decision: allow, rule: commands.allow }
          - { tool: Bash, input: { command: "swift build && swift test" }, decision: allow, rule: commands.allow }
          - { tool: Bash, input: { command: "git add -A; git commit -m \"done\"" }, decision: allow, rule: commands.allow }
          - { tool: Bash, input: { command: "rg -n main | sort | head -5 > ${tmp}/found" }, decision: allow }
          # … not on what others run or obey, …
          - { tool: Read, input: { file_path: "${workspace}/.env" }, decision: deny, rule: filesystem.deny }
          - { tool: Read, input: { file_path: "${workspace}/app/.env" }, decision: deny, rule: filesystem.deny }
          - { tool: Read, input: { file_path: "${workspace}/.env.production.local" }, decision: deny, rule: filesystem.deny }
          - { tool: Read, input: { file_path: "${workspace}/.env.example" }, decision: allow, rule: filesystem.write }
          - { tool: Read, input: { file_path: "${workspace}/.git/config" }, decision: allow }
          - { tool: Write, input: { file_path: "${workspace}/.git/config" }, decision: deny, rule: filesystem.deny }
          - { tool: Write, input: { file_path: "${workspace}/.git/hooks/pre-commit" }, decision: deny, rule: filesystem.deny }
          - { tool: Write, input: { file_path: "${workspace}/.git/commondir" }, decision: deny, rule: filesystem.deny }
          - { tool: Write, input: { file_path: "${workspace}/.git/info/attributes" }, decision: deny, rule: filesystem.deny }
          - { tool: Write, input: { file_path: "${workspace}/.git" }, decision: deny, rule: filesystem.deny }
          - { tool: Edit, input: { file_path: "${workspace}/.mcp.json" }, decision: deny, rule: filesystem.deny }
          - { tool: Write, input: { file_path: "${workspace}/.claude/settings.json" }, decision: deny, rule: filesystem.deny }
          - { tool: Write, input: { file_path: "${workspace}/.vscode/tasks.json" }, decision: deny, rule: filesystem.deny }
          - { tool: Bash, input: { command: "echo x >> ${workspace}/.envrc" }, decision: deny, rule: filesystem.deny }
          # … and on nothing else.
          - { tool: Read, input: { file_path: "${home}/.ssh/id_ed25519" }, decision: deny, rule: filesystem.deny }
          - { tool: Read, input: { file_path: "${home}/notes.txt" }, decision: deny, rule: filesystem.read }
          - { tool: Write, input: { file_path: /etc/passwd }, decision: deny, rule: filesystem.write }
          - { tool: Write, input: { file_path: "${workspace}/../elsewhere" }, decision: deny, rule: filesystem.write }
          - { tool: Bash, input: { command: "git push origin main" }, decision: deny, rule: commands.deny }
          - { tool: Bash, input: { command: "git -C . push" }, decision: deny, rule: commands.deny }
          - { tool: Bash, input: { command: "sh -c \"git push\"" }, decision: deny, rule: commands.deny }
          - { tool: Bash, input: { command: "find . -exec perl -e 1 {} +" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "xargs -n1 curl < urls" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "sudo make install" }, decision: deny, rule: commands.deny }
          - { tool: Bash, input: { command: "/usr/bin/perl -v" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "./downloaded" }, decision: deny, rule: commands.allow }
          - { tool: Bash, input: { command: "cat < /dev/tcp/example.org/80" }, decision: deny, rule: network.allow }
          - { tool: Bash, input: { command: "echo ${" }, decision: deny, rule: input.command }
          - { tool: WebFetch, input: { url: "https://example.org/" }, decision: deny, rule: network.allow }
          - { tool: mcp__git__git_log, input: {}, decision: allow, rule: "tools.mcp__*.enabled" }

        """#
}
