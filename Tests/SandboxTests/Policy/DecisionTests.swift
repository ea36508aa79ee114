import JSON
import Sandbox
import Testing
import YAML

@Suite struct DecisionTests {
    private static let text = """
        filesystem:
          read: [/usr]
          write: ["${workspace}", "${tmp}"]
          execute: ["${workspace}/build", /opt/tools]
          deny: ["**/.env", { path: "${workspace}/.git/config", only: write }, /opt/tools/bad]
        commands:
          allow: [git, cat, xargs, env, find, sh, /opt/x/tool, "npm run *", "docker ps",
            { name: make, args: [test, "build-*"], deny_args: ["-C*"] }, "py*"]
          deny: ["git push *", "git log --output*", pyrogue]
        network: { allow: ["*.example.org:443"] }
        tools:
          Grep: { filesystem: { read: [/var/log] } }
          Task: { enabled: false }
          mcp__files__read: { enabled: true }
          mcp__git__*: { enabled: true }
          mcp__git__push*: { enabled: false }
          WebFetch: { network: { allow: ["other.example:8443"] } }
        """

    private func bash(_ command: String, host: some HostView = BareHost()) throws -> Decision {
        try Sample.decide(Sample.policy(Self.text), "Bash", ["command": .string(command)], host: host)
    }

    @Test(arguments: [
        ("git status", "allow", "commands.allow[0]"), ("/usr/bin/git status", "allow", "commands.allow[0]"),
        ("git push", "deny", "commands.deny[0]"), ("git push origin x", "deny", "commands.deny[0]"),
        ("git -C /x push", "deny", "commands.deny[0]"), ("git --no-pager push -f", "deny", "commands.deny[0]"),
        ("/usr/bin/git push", "deny", "commands.deny[0]"), ("/tmp/git push", "deny", "commands.deny[0]"),
        ("/tmp/git log", "deny", "commands.allow"), ("git log push", "allow", "commands.allow[0]"),
        ("git log -3 --output=x", "deny", "commands.deny[1]"), ("perl -e 1", "deny", "commands.allow"),
        ("npm run build", "allow", "commands.allow[7]"), ("npm install", "deny", "commands.allow"),
        ("docker ps", "allow", "commands.allow[8]"), ("docker ps -a", "deny", "commands.allow"),
        ("make test", "allow", "commands.allow[9]"), ("make build-all test", "allow", "commands.allow[9]"),
        ("make install", "deny", "commands.allow"), ("make -C/x test", "deny", "commands.allow[9].deny_args[0]"),
        ("python3 x", "allow", "commands.allow[10]"), ("pyrogue", "deny", "commands.deny[2]"),
        ("/opt/x/tool", "allow", "commands.allow[6]"), ("tool -v", "allow", "commands.allow[6]"),
        ("/opt/y/tool", "deny", "commands.allow"), ("build/app", "allow", "filesystem.execute[0]"),
        ("./app", "deny", "commands.allow"), ("/opt/tools/good", "allow", "filesystem.execute[1]"),
        ("/opt/tools/bad", "deny", "filesystem.deny[2]"), ("/opt/tools/../tools/bad", "deny", "filesystem.deny[2]"),
    ])
    func programs(_ command: String, _ outcome: String, _ rule: String) throws {
        let decision = try bash(command)
        #expect(decision.outcome.rawValue == outcome, "\(decision.reason)")
        #expect(decision.rule == rule, "\(decision.reason)")
    }

    /// However it is wrapped, the program that would run is found.
    @Test(arguments: [
        "sh -c 'git push'", "bash -c \"git push\"", "env -i git push", "find . -exec git push ';'", "x=$(git push)",
        "cat <(git push)", "if true; then git push; fi", "f() { git push; }; f", "git status && git push",
        "echo a | xargs git push",
        "cat <<X\n$(git push)\nX", "eval 'git push'", "g\"i\"t pu's'h", "\\git push", "trap 'git push' EXIT",
        "a=([$(git push)]=1)",
        "{ git push; } > /dev/null", "git push &", "case x in x) git push;; esac", "command git push", "exec git push",
    ])
    func wrappedCallsAreFound(_ command: String) throws {
        let decision = try bash(command)
        #expect(decision.outcome == .deny)
        #expect(decision.rule == "commands.deny[0]", "\(decision.reason)")
        #expect(decision.place?.line == 10)
    }

    @Test(arguments: [
        ("echo x > /etc/passwd", "deny", "filesystem.write"), ("echo x > a", "allow", "filesystem.write[0]"),
        ("cat < /usr/x", "allow", "commands.allow[1]"), ("cat < /etc/shadow", "deny", "filesystem.read"),
        ("cat < .env", "deny", "filesystem.deny[0]"), ("echo x >> .git/config", "deny", "filesystem.deny[1]"),
        ("cat < .git/config", "allow", "commands.allow[1]"), ("echo x > .git", "deny", "filesystem.deny[1]"),
        ("git status 2>/dev/null", "allow", "commands.allow[0]"),
        ("exec 3<>/dev/tcp/a.example.org/443", "allow", "network.allow[0]"),
        ("exec 3<>/dev/tcp/10.0.0.1/22", "deny", "network.allow"), ("cat < /dev/sda", "deny", "filesystem.read"),
    ])
    func redirections(_ command: String, _ outcome: String, _ rule: String) throws {
        let decision = try bash(command)
        #expect(decision.outcome.rawValue == outcome, "\(decision.reason)")
        #expect(decision.rule == rule, "\(decision.reason)")
    }

    @Test func whatTheTextDoesNotShowIsLeftToTheKernelAndSaid() throws {
        for command in ["$X a", "git $X", "cd $D && ./run", "cat > $F", "make $X", "xargs git < list", ". ./file"] {
            let decision = try bash(command)
            #expect(decision.outcome == .allow, "\(command): \(decision.reason)")
            #expect(!decision.notes.isEmpty, "\(command)")
        }
        #expect(try bash("$X").programs.first?.verdict == .kernel)
        #expect(try bash("LD_PRELOAD=./x.so git status").notes.contains { $0.contains("LD_PRELOAD") })
    }

    @Test(arguments: [
        ("cat /etc/shadow", "`/etc/shadow`, if it is a file, is granted by no rule"),
        ("cat .env", "is denied by `**/.env` (filesystem.deny[0])"),
        ("git add .git/config", "is denied for writing by `${workspace}/.git/config` (filesystem.deny[1])"),
    ])
    func filesThatProgramsAreGivenAreTheKernels(_ command: String, _ note: String) throws {
        let decision = try bash(command)
        #expect(decision.outcome == .allow)
        #expect(decision.notes.contains { $0.contains(note) }, "\(decision.notes)")
    }

    @Test func grantedFilesAreNotWorthANote() throws {
        for command in ["cat a /usr/x /tmp/y", "git log -- src", "cat /dev/null"] {
            #expect(try bash(command).notes.filter { $0.contains("if it is a file") }.isEmpty)
        }
    }

    @Test func whatIsNotUnderstoodIsDenied() throws {
        for command in ["echo '", "echo $(", "if true", "a=(", "echo \"${x", "cat <<"] {
            let decision = try bash(command)
            #expect(decision.outcome == .deny && decision.rule == "input.command", "\(command)")
            #expect(decision.reason.contains("not understood"))
        }
    }

    @Test func theToolsOwnShellNeedsNoRuleButCanBeDenied() throws {
        let bare = try Sample.policy("name: bare")
        #expect(try Sample.decide(bare, "Bash", ["command": "echo hi; bash -c 'echo x'"]).outcome == .allow)
        let denied = try Sample.policy("commands: { deny: [bash] }")
        let decision = try Sample.decide(denied, "Bash", ["command": "echo hi"])
        #expect(decision.outcome == .deny && decision.rule == "commands.deny[0]")
    }

    @Test func theTreeHasEveryProgramWithItsOwnDecision() throws {
        let decision = try bash("cat a | xargs perl")
        #expect(decision.programs.map(\.verdict) == [.allow, .allow])
        #expect(decision.programs[1].children.first?.verdict == .deny)
        #expect(decision.suggestion?.contains("perl") == true)
    }

    @Test func anotherNameIsTheSameProgram() throws {
        let host = ImaginedHost(
            links: [
                "/usr/bin/g": "git", "/bin": "/usr/bin", "/work/evil": "/usr/bin/perl", "/work/mygit": "/usr/bin/git",
            ],
            programs: ["/usr/bin/git", "/usr/bin/g", "/usr/bin/perl", "/bin/git"])
        #expect(try bash("g push", host: host).rule == "commands.deny[0]")
        #expect(try bash("/work/mygit push", host: host).rule == "commands.deny[0]")
        #expect(try bash("/work/mygit log", host: host).outcome == .allow)
        #expect(try bash("./evil", host: host).outcome == .deny)
        #expect(try bash("/bin/git log", host: host).outcome == .allow)
    }

    @Test(
        arguments: [
            ("Read", ["file_path": "/usr/x"], "allow", "filesystem.read[0]"),
            ("Read", ["file_path": "/work/x"], "allow", "filesystem.write[0]"),
            ("Read", ["file_path": "x"], "deny", "input.file_path"),
            ("Read", ["file_path": "/work/../etc/shadow"], "deny", "filesystem.read"),
            ("Read", ["file_path": "/workx"], "deny", "filesystem.read"),
            ("Read", ["file_path": "/work/.env"], "deny", "filesystem.deny[0]"),
            ("Read", ["file_path": "/work/.git/config"], "allow", "filesystem.write[0]"),
            ("Write", ["file_path": "/usr/x"], "deny", "filesystem.write"),
            ("Edit", ["file_path": "/work/.git/config"], "deny", "filesystem.deny[1]"),
            ("MultiEdit", ["file_path": "/work/.git"], "deny", "filesystem.deny[1]"),
            ("NotebookRead", ["notebook_path": "/work/n.ipynb"], "allow", "filesystem.write[0]"),
            ("NotebookEdit", ["notebook_path": "/etc/n.ipynb"], "deny", "filesystem.write"),
            ("LS", ["path": "/root"], "deny", "filesystem.read"),
            ("Grep", ["pattern": "x"], "allow", "filesystem.write[0]"),
            ("Grep", ["pattern": "x", "path": "/var/log/a"], "allow", "tools.Grep.filesystem.read[0]"),
            ("LS", ["path": "/var/log"], "deny", "filesystem.read"),
            ("Glob", ["pattern": "**/*.c"], "allow", "filesystem.write[0]"),
            ("Glob", ["pattern": "../*"], "deny", "filesystem.read"),
            ("Glob", ["pattern": "/etc/*"], "deny", "filesystem.read"),
            ("Glob", ["pattern": "*/../../x"], "deny", "input.pattern"),
            ("WebFetch", ["url": "https://a.example.org/x"], "allow", "network.allow[0]"),
            ("WebFetch", ["url": "https://other.example:8443"], "allow", "tools.WebFetch.network.allow[0]"),
            // By TLS all the same, unless another port is named.
            ("WebFetch", ["url": "http://a.example.org/"], "allow", "network.allow[0]"),
            ("WebFetch", ["url": "http://a.example.org:8080/"], "deny", "network.allow"),
            ("WebFetch", ["url": "https://a.example.org@evil.example/"], "deny", "input.url"),
            ("WebFetch", ["url": "https://a.example.org\\@evil.example/"], "deny", "input.url"),
            ("WebFetch", ["url": "https://0x7f.1/"], "deny", "input.url"),
            ("WebFetch", ["url": "file:///etc/passwd"], "deny", "input.url"),
            ("WebSearch", ["query": "x"], "deny", "network.allow"),
            ("Task", ["prompt": "x"], "deny", "tools.Task.enabled"),
            ("Agent", ["prompt": "x"], "deny", "tools.Task.enabled"),
            ("TodoRead", [:], "allow", "tools.TodoRead.enabled"),
            ("TodoWrite", [:], "allow", "tools.TodoWrite.enabled"),
            ("mcp__files__read", [:], "allow", "tools.mcp__files__read.enabled"),
            ("mcp__files__write", [:], "deny", "tools"),
            ("mcp__git__log", [:], "allow", "tools.mcp__git__*.enabled"),
            ("mcp__git__push_all", [:], "deny", "tools.mcp__git__push*.enabled"),
            ("mcp__gitx__log", [:], "deny", "tools"),
            ("Rea", [:], "deny", "tools"),
        ] as [(String, JSONValue, String, String)])
    func tools(_ tool: String, _ input: JSONValue, _ outcome: String, _ rule: String) throws {
        let decision = try Sample.decide(Sample.policy(Self.text), tool, input)
        #expect(decision.outcome.rawValue == outcome, "\(decision.reason)")
        #expect(decision.rule == rule, "\(decision.reason)")
        #expect(!decision.reason.isEmpty)
    }

    /// Ten thousand commands ask the host as often as one does.
    @Test func longScriptsAreCheap() throws {
        let host = CountingHost()
        let script = (0..<10_000).map { "git log -\($0) > a" }.joined(separator: "\n")
        #expect(try bash("git log > a", host: host).outcome == .allow)
        let once = host.count
        #expect(try bash(script, host: host).outcome == .allow)
        // Each target of a redirection is looked up anew: it is another path each time.
        #expect(host.count - once < 10_000 * 6, "\(host.count)")
    }

    @Test(arguments: [
        ("cargo publish", "deny"), ("cargo +nightly publish", "deny"), ("cargo +nightly -v publish x", "deny"),
        ("cargo +nightly test", "allow"), ("git +x push", "allow"),
    ])
    func aToolchainInFrontChangesNothing(_ command: String, _ outcome: String) throws {
        let policy = try Sample.policy("commands: { allow: [cargo, git], deny: [\"cargo publish *\", \"git push *\"] }")
        let decision = try Sample.decide(policy, "Bash", ["command": .string(command)])
        #expect(decision.outcome.rawValue == outcome, "\(decision.reason)")
    }

    /// The folder of each command is followed through the text, as far as that tells it.
    @Test(arguments: [
        ("cd /etc && echo x > passwd", "deny", "filesystem.write"),
        ("cd /etc; echo x > passwd", "deny", "filesystem.write"),
        ("cd .git && echo x > config", "deny", "filesystem.deny[1]"),
        ("cd sub; cd ..; echo x > .git/config", "deny", "filesystem.deny[1]"),
        ("cd sub && bash -c 'echo x > ../.git/config'", "deny", "filesystem.deny[1]"),
        ("bash -c 'cd .git; echo x > config'", "deny", "filesystem.deny[1]"),
        ("(cd /etc); echo x > passwd", "allow", "filesystem.write[0]"),
        ("cd build && ./app", "allow", "filesystem.execute[0]"),
        ("cd /etc & echo x > passwd", "allow", "filesystem.write[0]"),
        ("cd /etc | cat; echo x > a", "allow", "commands.allow[1]"),
        ("x=$(cd /etc); echo x > a", "allow", "filesystem.write[0]"),
        ("if true; then cd .git; else cd .git; fi; eval 'echo x > config'", "deny", "filesystem.deny[1]"),
        ("if true; then cd .git; fi; echo x > config", "allow", "commands"),
        ("cd .git || true; echo x > config", "allow", "commands"),
        ("{ cd .git; } > a; echo x > config", "deny", "filesystem.deny[1]"),
        ("cd .git || exit 1; echo x > config", "deny", "filesystem.deny[1]"),
        ("for i in a b; do cd .git; echo x > config; done", "allow", "commands"),
        ("for i in a b; do (cd .git; echo x > config); done", "deny", "filesystem.deny[1]"),
        ("f() { cd .git; }; f; echo x > config", "allow", "commands"),
        ("cd \"$x\"; echo x > config", "allow", "commands"),
        ("$x .git; echo x > config", "allow", "commands"),
        ("CDPATH=/etc; cd .git; echo x > config", "allow", "commands"),
        ("env -C .git sh -c 'echo x > config'", "allow", "commands.allow[3]"),
        ("env A=1 sh -c 'echo x > .git/config'", "deny", "filesystem.deny[1]"),
        ("echo x > ~/a", "allow", "filesystem.write[1]"), ("echo x > \"$HOME/a\"", "allow", "filesystem.write[1]"),
        ("cd; echo x > a", "allow", "filesystem.write[1]"), ("cat < ~/.env", "deny", "filesystem.deny[0]"),
        ("HOME=/etc; echo x > ~/passwd", "allow", "commands"),
        ("HOME=/etc sh -c 'echo x > ~/passwd'", "allow", "commands.allow[5]"),
    ])
    func foldersAreFollowed(_ command: String, _ outcome: String, _ rule: String) throws {
        let decision = try bash(command)
        #expect(decision.outcome.rawValue == outcome, "\(decision.reason)")
        #expect(decision.rule == rule, "\(decision.reason)")
        // What is not decided is said to be so.
        if rule == "commands" { #expect(!decision.notes.isEmpty) }
    }

    @Test func redirectionsStandInTheTree() throws {
        let tree = try bash("cat < /usr/x > a").programs
        #expect(tree.map(\.title) == ["cat"])
        #expect(tree[0].children.map(\.title) == ["< /usr/x", "> a"])
        #expect(tree[0].children.compactMap(\.decision?.rule) == ["filesystem.read[0]", "filesystem.write[0]"])
        let denied = try bash("git status > /etc/x").programs
        #expect(denied[0].verdict == .allow && denied[0].children[0].verdict == .deny)
    }

    @Test func linksOutAreFollowed() throws {
        let host = ImaginedHost(links: ["/work/out": "/etc", "/work/env": ".env", "/data": "/work"])
        let policy = try Sample.policy(Self.text)
        let read = { try Sample.decide(policy, "Read", ["file_path": .string($0)], host: host) }
        #expect(try read("/work/out/passwd").outcome == .deny)
        #expect(try read("/work/env").rule == "filesystem.deny[0]")
        #expect(try read("/data/x").outcome == .allow)
        #expect(try read("/work/out/../x").outcome == .deny, "`..` goes up from where the link leads")
    }

    /// In the jail /tmp is the run's own, and a workspace that lies there is beside it.
    @Test func aWorkspaceInTmpIsNoPartOfTheRunsOwn() throws {
        var variables = Sample.variables
        variables.workspace = NormalPath(parts: ["tmp", "project"])
        let decide = { (text: String, path: String) in
            try PolicyJudge(Sample.policy(text), variables: variables, host: BareHost())
                .decide(tool: "Write", input: ["file_path": .string(path)])
        }
        let both = "filesystem: { write: [\"${tmp}\", \"${workspace}\"] }"
        #expect(try decide(both, "/tmp/project/x").rule == "filesystem.write[1]")
        #expect(try decide(both, "/tmp/x").rule == "filesystem.write[0]")
        #expect(try decide("filesystem: { write: [\"${tmp}\"] }", "/tmp/project/x").outcome == .deny)
        #expect(try decide("filesystem: { write: [\"${tmp}/*\"] }", "/tmp/project/x").outcome == .deny)
        let taken = "filesystem: { write: [\"${workspace}\"], deny: [\"${tmp}\"] }"
        #expect(try decide(taken, "/tmp/project/x").outcome == .allow)
    }

    @Test func aWrongCallIsTheCallersMistake() throws {
        let policy = try Sample.policy(Self.text)
        #expect(throws: ToolCallProblem.self) { try Sample.decide(policy, "Read", [:]) }
        #expect(throws: ToolCallProblem.self) { try Sample.decide(policy, "Read", ["file_path": 3]) }
        #expect(throws: ToolCallProblem.self) { try Sample.decide(policy, "Bash", "git status") }
    }

    private func remedy(_ tool: String, _ input: JSONValue) throws -> Remedy? {
        try Remedy(
            Sample.policy(Self.text), variables: Sample.variables, host: BareHost(), tool: tool, input: input)
    }

    /// All that a script lacks, not only the first of it.
    @Test func aRemedyIsEnough() throws {
        let input: JSONValue = ["command": "perl x; ruby y > /srv/o; cat < /srv/i; exec 3<>/dev/tcp/a.example/80"]
        let suggestion = try #require(try remedy("Bash", input)?.suggestion)
        #expect(
            suggestion == """
                commands:
                  allow: ["perl", "ruby"]
                filesystem:
                  write: ["/srv/o"]
                  read: ["/srv/i"]
                tools:
                  Bash: { network: { allow: ["a.example:80"] } }
                """)
        let parent = "version: 1\n" + Self.text
        let mended = try Sample.policy("extends: below.yaml\n\(suggestion)\n", others: ["below.yaml": parent])
        #expect(try Sample.decide(mended, "Bash", input).outcome == .allow)
        #expect(try remedy("Bash", ["command": "git status"]) == nil)
    }

    @Test func aDenialThatStandsIsNamedInsteadOfARemedy() throws {
        let found = try #require(try remedy("Bash", ["command": "perl x; git push"]))
        #expect(found.suggestion == nil)
        #expect(found.obstacle?.rule == "commands.deny[0]" && found.obstacle?.place?.line == 10)
        // A name that no rule can have: there is nothing to suggest.
        let odd = try #require(try remedy("Bash", ["command": "'a|b'"]))
        #expect(odd.suggestion == nil && odd.obstacle == nil)
    }

    @Test(
        arguments: [
            ("Read", "file_path", "/etc/shadow", "keys, tokens or passwords"),
            ("Write", "file_path", "/etc/hosts", "the system's own"),
            ("Read", "file_path", "/home/me/.ssh/id", "keys, tokens"),
            ("WebFetch", "url", "http://169.254.169.254/x", "hands out the keys"),
            ("WebFetch", "url", "http://10.0.0.1/", "a private network"),
            ("Bash", "command", "sudo ls", "as another user"),
            ("Read", "file_path", "/srv/x", nil), ("Bash", "command", "perl x", nil),
        ] as [(String, String, String, String?)])
    func aRemedyWarns(_ tool: String, _ key: String, _ value: String, _ warning: String?) throws {
        let found = try #require(try remedy(tool, .object(JSONObject([.init(key: key, value: .string(value))]))))
        #expect(found.suggestion != nil)
        if let warning {
            #expect(found.warnings.count == 1 && found.warnings[0].contains(warning), "\(found.warnings)")
        } else {
            #expect(found.warnings == [])
        }
    }

    /// A rule for the file alone would make it read-only, and its next build fail.
    @Test(arguments: [
        ("./hello", "filesystem:\n  execute: [\"${workspace}\"]"),
        ("bin/hello", "filesystem:\n  execute: [\"${workspace}/bin/\"]"),
        ("/tmp/x", "filesystem:\n  execute: [\"${tmp}\"]"), ("/opt/other/x", "commands:\n  allow: [\"/opt/other/x\"]"),
    ])
    func aProgramThatRunsMayWriteIsNamedByItsFolder(_ command: String, _ suggestion: String) throws {
        let found = try remedy("Bash", ["command": .string(command)])
        #expect(found?.suggestion == suggestion)
        let isOwn = suggestion.contains("workspace")
        #expect(found?.warnings.contains { $0.contains("is written to by runs") } == isOwn)
    }

    @Test func whatIsBuiltElsewhereRunsAlready() throws {
        let text = "filesystem: { write: [\"${workspace}\"], execute: [\"${workspace}/build/\"] }"
        let found = try Remedy(
            Sample.policy(text), variables: Sample.variables, host: BareHost(), tool: "Bash",
            input: ["command": "./hello"])
        #expect(found?.warnings.first?.hasSuffix("what is built into ${workspace}/build/ runs already") == true)
    }

    /// The workspace is what a policy is about, and no secret.
    @Test func aFileThatIsNotThereYet() throws {
        var machine = ImaginedMachine.debian
        machine.file("/work/old")
        let remedy = { (path: String) in
            try Remedy(
                Sample.policy("filesystem: { read: [\"${workspace}\"] }"), variables: Sample.variables, host: machine,
                tool: "Write", input: ["file_path": .string(path), "content": "x"])
        }
        #expect(try remedy("/work/old")?.suggestion == "filesystem:\n  write: [\"${workspace}/old\"]")
        #expect(try remedy("/work/old")?.warnings == [])
        let found = try remedy("/work/new")
        #expect(found?.suggestion == "filesystem:\n  write: [\"${workspace}\"]")
        #expect(found?.warnings.count == 1 && found?.warnings.first?.hasPrefix("${workspace}/new is not there") == true)
    }

    @Test func suggestionsAreYAMLThatWouldAllowIt() throws {
        let calls: [(String, JSONValue)] = [
            ("Read", ["file_path": "/etc/hosts"]), ("Write", ["file_path": "/srv/\"x\""]),
            ("Bash", ["command": "perl -v"]),
            ("Bash", ["command": "./run"]), ("WebFetch", ["url": "https://new.example/"]),
            ("WebSearch", ["query": "x"]),
            ("mcp__a__b", [:]), ("WebFetch", ["url": "http://localhost:8080/"]),
        ]
        for (tool, input) in calls {
            let parent = "version: 1\n" + Self.text
            let denied = try Sample.decide(Sample.policy(Self.text), tool, input)
            let suggestion = try #require(denied.suggestion, "\(tool)")
            let mended = try Sample.policy("extends: below.yaml\n\(suggestion)\n", others: ["below.yaml": parent])
            #expect(try Sample.decide(mended, tool, input).outcome == .allow, "\(suggestion)")
        }
    }

    @Test func `What a policy names is looked for once as long as it is kept, and a call's own path each time`() throws
    {
        let policy = try Sample.policy(
            "filesystem: { read: [/data], deny: [/data/private] }\ncommands: { allow: [tool] }\n")
        let host = CountingHost(links: ["/data": "/disk"])
        let judge = PolicyJudge(policy, variables: Sample.variables, host: host, places: NamedPlaces())
        func read(_ path: String) throws -> Decision.Outcome {
            try judge.decide(tool: "Read", input: ["file_path": .string(path)]).outcome
        }
        #expect(try read("/disk/a") == .allow && read("/disk/private/a") == .deny)
        let before = host.count
        #expect(try read("/disk/a") == .allow)
        #expect(host.count - before == 2, "/disk and /disk/a")
    }
}
