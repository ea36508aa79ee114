import JSON
import LinuxSystem
import Sandbox
import Testing
import YAML

@Suite struct PolicyDecoderTests {
    /// The example of the contract, whole.
    static let everything = """
        name: team
        description: for everybody
        filesystem:
          read:    ["${workspace}", /usr, /etc/ssl]
          write:   ["${workspace}", "${tmp}"]
          execute: [/opt/tools]
          deny:    ["${workspace}/.git/hooks", "**/.env", { path: "${workspace}/.git/config", only: write }]
        commands:
          allow: [git, "npm run *", { name: make, args: [test, build], deny_args: [-C] }, /opt/x/tool]
          deny:  ["git push *", sudo]
        network:
          allow: ["*.example.org:443", "[2001:db8::1]:8443"]
        environment: { pass: [PATH, "LC_*"], set: { GIT_TERMINAL_PROMPT: "0", CACHE: "${tmp}/c" } }
        limits: { wall: 120s, cpu: 60s, memory: 2GiB, processes: 256, open_files: 1024, file_size: 1GiB, output: 30000,
          runs_per_minute: 600, concurrent: 8 }
        syscalls: { profile: strict, allow: [ptrace], deny: [mlock] }
        require: [seccomp, landlock]
        tools:
          WebFetch: { network: { allow: ["*:443"] } }
          Bash:     { limits: { wall: 600s } }
          Task:     { enabled: false }
          mcp__files__read: { enabled: true }
        waivers:
          - { check: exec.interpreter, reason: builds need it, owner: platform, expires: 2027-06-30 }
        expect:
          - { tool: Bash, input: { command: "git push origin main" }, decision: deny, rule: commands.deny }

        """

    @Test func readsEveryKey() throws {
        let policy = try Sample.policy(Self.everything)
        #expect(policy.shownName == "team")
        #expect(policy.rules.filesystem.read.map(\.value.text) == ["${workspace}", "/usr", "/etc/ssl"])
        #expect(policy.rules.filesystem.deny.map(\.value.onlyWriting) == [false, false, true])
        #expect(policy.rules.commands.allow.count == 4)
        #expect(policy.rules.network.allow[1].value.port == .exact(8443))
        #expect(
            policy.rules.environment.set.map(\.value) == [
                EnvironmentValue(name: "GIT_TERMINAL_PROMPT", text: "0"),
                EnvironmentValue(name: "CACHE", text: "${tmp}/c"),
            ])
        #expect(policy.rules.limits.wall?.value == .seconds(120))
        #expect(policy.rules.limits.memory?.value == 2 << 30)
        #expect(policy.syscalls.profile?.value == .strict)
        #expect(policy.require.map(\.value) == [.seccomp, .landlock])
        #expect(policy.tool("Task")?.enabled?.value == false)
        #expect(policy.rules(for: "Bash").limits.wall?.value == .seconds(600))
        #expect(policy.rules(for: "Bash").limits.cpu?.value == .seconds(60))
        #expect(policy.waivers.first?.value.expires == "2027-06-30")
        #expect(policy.expect.first?.value.input["command"]?.string == "git push origin main")
    }

    @Test func everyRuleKnowsItsNameAndPlace() throws {
        let loaded = try Sample.load(Self.everything).get()
        let rule = try #require(loaded.policy.rules.commands.deny.last)
        #expect(rule.name == "commands.deny[1]")
        #expect(rule.place == RulePlace(file: "p.yaml", line: 11, column: 25))
        #expect(loaded.line(of: rule.place)?.dropFirst(24).hasPrefix("sudo]") == true)
        let set = try #require(loaded.policy.rules.environment.set.first)
        #expect(set.name == "environment.set.GIT_TERMINAL_PROMPT")
        #expect(loaded.policy.tool("Bash")?.rules.limits.wall?.name == "tools.Bash.limits.wall")
        guard case .each(_, let denied) = loaded.policy.rules.commands.allow[2].value.arguments else {
            Issue.record("no arguments")
            return
        }
        #expect(denied.first?.name == "commands.allow[2].deny_args[0]")
    }

    /// Each wrong file with the one message that it gets.
    @Test(arguments: [
        ("comands: {}", "p.yaml:2:1: comands: unknown key; did you mean `commands`?"),
        ("commands: { alow: [git] }", "p.yaml:2:13: commands.alow: unknown key; did you mean `allow`?"),
        (
            "commands: { allow: git }",
            "p.yaml:2:20: commands.allow: takes a list, such as [a, b]; this is a single value"
        ),
        ("filesystem: { read: [usr] }", "is relative; begin with /"),
        ("filesystem: { read: [\"${worksapce}\"] }", "did you mean `workspace`?"),
        ("filesystem: { read: [\"~/x\"] }", "begins with `~`; write ${home}"),
        ("filesystem: { read: [/a/../b] }", "has a `..`; write the path that is meant"),
        ("filesystem: { read: [\"/a\\tb\"] }", "has a tab, a line end or another control character in it"),
        ("filesystem: { read: [/a**b] }", "has `**` beside other characters"),
        ("filesystem: { deny: [{ only: write }] }", "p.yaml:2:22: filesystem.deny[0]: has no `path`"),
        ("filesystem: { deny: [{ path: /a, only: read }] }", "is not one of write"),
        ("commands: { allow: [{ args: [a] }] }", "has no `name`"),
        ("commands: { deny: [{ name: a, deny_args: [b] }] }", "which belongs to `commands.allow`"),
        ("commands: { allow: [/usr/bin/] }", "is a folder; `filesystem.execute` takes folders"),
        ("commands: { allow: [\"/usr/bin/*\"] }", "has wildcards in a path"),
        ("commands: { allow: [{ name: \"npm run\" }] }", "has blanks; a program is one word"),
        ("network: { allow: [\"https://a.example\"] }", "is a URL or a path; write host:port"),
        ("network: { allow: [\"10.0.0.0/8\"] }", "is a range of addresses; name each host"),
        ("filesystem: { read: [\"$HOME/x\"] }", "begins with a variable of the shell; write ${home}"),
        ("filesystem: { read: [\"${HOME}/x\"] }", "write ${home}"),
        ("network: { allow: [\"a*.example:443\"] }", "has a `*` inside a name"),
        ("network: { allow: [\"0x7f.1:80\"] }", "is a number that programs read as different addresses"),
        ("network: { allow: [\"bücher.example\"] }", "is not ASCII; write the name as it travels"),
        ("network: { allow: [\"a.example:70000\"] }", "has no port from 1 to 65535"),
        ("environment: { pass: [\"A B\"] }", "is no name of a variable"),
        ("environment: { set: { A: \"${user}\" } }", "has an unknown variable ${user}"),
        ("limits: { wall: 120 }", "p.yaml:2:17: limits.wall: `120` has no unit"),
        ("limits: { memory: much }", "`much` does not begin with a number"),
        ("limits: { processes: 0 }", "is outside 1 to 100000"),
        ("syscalls: { profile: loose }", "is not one of default, strict, wide"),
        ("syscalls: { deny: [Ptrace] }", "is no name of a system call"),
        ("syscalls: { deny: [exit_group] }", "no program can run without it"),
        ("require: [secomp]", "did you mean `seccomp`?"),
        ("tools: { Bsh: {} }", "p.yaml:2:10: tools.Bsh: unknown key; did you mean `Bash`?"),
        ("tools: { Agent: {} }", "is another name of `Task`; write that one"),
        ("tools: { Bash: { enabled: no } }", "`no` is neither true nor false"),
        ("waivers: [{ check: exec.link, owner: b }]", "needs `reason`, `expires` too"),
        ("waivers: [{ check: exec.link, owner: b, reason: c, expires: 2027-13-01 }]", "is no date"),
        ("waivers: [{ check: exec.link, owner: b, reason: c, expires: 2027-02-29 }]", "that month has 28 days"),
        ("expect: [{ tool: Bash }]", "needs `tool` and `decision`"),
        ("expect: [{ tool: Bash, input: [a], decision: deny }]", "takes the tool's input as a map"),
        ("expect: [{ tool: Bash, decision: maybe }]", "is not one of allow, deny"),
        (
            "commands: { allow: [\"ls | cat\"] }",
            "p.yaml:2:21: commands.allow[0]: `ls | cat` has a `|`, which joins commands"
        ),
        ("commands: { deny: [\"foo && bar\"] }", "has a `&&`, which joins commands in a shell"),
        ("commands: { allow: [\"ls;\"] }", "has a `;`, which joins commands"),
        ("commands: { allow: [\" ls\"] }", "has a blank at its beginning; take it away"),
        ("commands: { allow: [\"ls \"] }", "has a blank at its end"),
        ("commands: { allow: [\"ls 2>&1\"] }", "has the redirection `2>&1`, which is the shell's"),
        ("commands: { allow: [\"A=1 make\"] }", "begins with an assignment"),
        ("commands: { allow: [\"echo 'a'\"] }", "with a quote or a substitution"),
        (
            "waivers: [{ check: exec.interpeter, owner: b, reason: c, expires: 2027-01-01 }]",
            "p.yaml:2:20: waivers[0].check: `exec.interpeter` is no check of the audit; docs/audit.md lists them; did you mean `exec.interpreter`?"
        ),
        (
            "expect: [{ tool: Bash, input: { comand: ls }, decision: deny }]",
            "p.yaml:2:31: expect[0].input: the input needs `command`, a text, not `comand`"
        ),
        (
            "expect: [{ tool: Read, decision: deny }]",
            "p.yaml:2:10: expect[0].input: the input needs `file_path`, a text"
        ),
        ("expect: [{ tool: Grep, input: { path: [a] }, decision: deny }]", "the input needs `path`, a text"),
        (
            "expect: [{ tool: Task, decision: allow, rule: comands.deny }]",
            "p.yaml:2:47: expect[0].rule: `comands.deny` names no rule; did you mean `commands.deny`?"
        ),
        ("expect: [{ tool: Task, decision: allow, rule: \"commands.deny[3]\" }]", "`commands.deny[3]` names no rule"),
        (
            "expect: [{ tool: Task, decision: allow, rule: \"base.yaml:commands.deny\" }]",
            "names a file that the policy does not extend; there are p.yaml"
        ),
        ("version: 1", "the key `version` is here for the second time"),
        ("commands: { allow: [*a] }", "the alias *a names no anchor above it"),
        ("name: \"a\\u202Eb\"", "the invisible character U+202E"),
        ("name: !!int 3", "takes a plain value, without a tag"),
    ])
    func refuses(_ text: String, _ message: String) {
        let problems = Sample.problems(text)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains(message) == true, "\(problems) has no \(message)")
        #expect(problems.first?.hasPrefix("p.yaml:2:") == true, "\(problems)")
    }

    /// What looks like a shell's and is a word that a program gets.
    @Test(arguments: [
        "find * -exec * ;", "grep -E a|b", "git log --format=a;b", "test a -gt b", "npm run *", "[", "git stash ^*",
    ])
    func takesWordsOfPrograms(_ text: String) {
        #expect(Sample.problems("commands: { allow: [\"\(text)\"] }") == [])
    }

    @Test func anExpectationMayNeedNothingOfATool() {
        #expect(Sample.problems("expect: [{ tool: Bsh, decision: deny, rule: tools }]") == [])
        let off =
            "tools: { Bash: { enabled: false } }\nexpect: [{ tool: Bash, decision: deny, rule: tools.Bash.enabled }]"
        #expect(Sample.problems(off) == [])
        #expect(Sample.problems("expect: [{ tool: Read, input: { file_path: a }, decision: deny, rule: input }]") == [])
    }

    @Test func tellsEverythingThatIsWrong() {
        let problems = Sample.problems("comands: {}\nlimits: { wall: x }\nrequire: [all]\n")
        #expect(problems.count == 3)
    }

    @Test(arguments: [
        ("", "it begins with `version: 1`"), ("name: a\n", "version: is missing"), ("version: 2\n", "write 1"),
    ])
    func wantsAVersion(_ text: String, _ message: String) {
        let outcome = PolicyLoader.load(.file("p.yaml"), FilesInMemory(texts: ["p.yaml": text]))
        guard case .failure(let error) = outcome else {
            Issue.record("taken")
            return
        }
        #expect(error.description.contains(message))
    }

    @Test func boundsLists() {
        let many = (0...2_000).map { "c\($0)" }.joined(separator: ", ")
        #expect(Sample.problems("commands: { allow: [\(many)] }").first?.contains("at most 2000 are read") == true)
        let long = "/" + String(repeating: "a", count: 5_000)
        #expect(Sample.problems("filesystem: { read: [\(long)] }").first?.contains("longer than 4096 bytes") == true)
    }
}
