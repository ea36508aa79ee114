import LinuxSystem
import Sandbox
import Testing
import YAML

@Suite struct PolicyLayeringTests {
    private let parent = """
        version: 1
        name: parent
        filesystem: { read: [/usr], deny: [/secret] }
        commands: { allow: [git], deny: ["git push *"] }
        environment: { set: { A: one, B: two } }
        limits: { wall: 60s, processes: 10 }
        tools: { Bash: { limits: { wall: 90s } }, Task: { enabled: false } }
        require: [seccomp]
        waivers: [{ check: exec.link, reason: b, owner: c, expires: 2027-01-01 }]
        expect: [{ tool: Bash, input: { command: ls }, decision: deny }]

        """

    @Test func listsAddAndValuesReplace() throws {
        let policy = try Sample.policy(
            """
            extends: parent.yaml
            filesystem: { read: [/opt], deny: [/more] }
            commands: { allow: [make] }
            environment: { set: { B: three, C: four } }
            limits: { wall: 30s }
            tools: { Bash: { commands: { allow: [ls] } } }
            require: [landlock]
            """, others: ["parent.yaml": parent])
        #expect(policy.shownName == "p.yaml")
        #expect(policy.rules.filesystem.read.map(\.value.text) == ["/usr", "/opt"])
        #expect(policy.rules.filesystem.deny.map(\.value.path.text) == ["/secret", "/more"])
        #expect(policy.rules.commands.deny.map(\.place.file) == ["parent.yaml"])
        #expect(policy.rules.environment.set.map(\.value.text) == ["one", "three", "four"])
        #expect(policy.rules.limits.wall?.value == .seconds(30))
        #expect(policy.rules.limits.processes?.value == 10)
        #expect(policy.require.map(\.value) == [.seccomp, .landlock])
        #expect(policy.tool("Task")?.enabled?.value == false)
        #expect(policy.chain == ["p.yaml", "parent.yaml"])
        #expect(policy.waivers.count == 1)
        #expect(policy.expect.isEmpty, "a truth table is of its own file")
        // A tool's rules lie on top of the policy's, and the parent's for the tool stay.
        let bash = policy.rules(for: "Bash")
        #expect(bash.commands.allow.map(\.value.text) == ["git", "make", "ls"])
        #expect(bash.limits.wall?.value == .seconds(90))
        #expect(policy.rules(for: "Read").commands.allow.map(\.value.text) == ["git", "make"])
        // Counted in its own file.
        #expect(
            bash.commands.allow.map(\.name) == [
                "commands.allow[0]", "commands.allow[0]", "tools.Bash.commands.allow[0]",
            ])
    }

    @Test func saysWhatWidens() throws {
        let policy = try Sample.policy(
            """
            extends: parent.yaml
            filesystem: { read: [/usr, /opt], deny: [/more] }
            commands: { allow: [git, make] }
            network: { allow: [a.example] }
            limits: { wall: 30s, processes: 20 }
            syscalls: { profile: wide }
            tools: { Bash: { limits: { wall: 100s } }, Task: { enabled: true }, mcp__a__b: { enabled: true } }
            """, others: ["parent.yaml": parent])
        let found = policy.widenings.map { "\($0.rule) \($0.text)" }
        #expect(
            Set(found) == [
                "filesystem.read[1] /opt", "commands.allow[1] make", "network.allow[0] a.example",
                "limits.processes 20",
                "syscalls.profile wide", "tools.Bash.limits.wall 100s", "tools.Task.enabled true",
                "tools.mcp__a__b.enabled true",
            ], "\(found)")
        #expect(policy.widenings.allSatisfy { $0.parent == "parent.yaml" && $0.place.file == "p.yaml" })
    }

    @Test func narrowingIsNoWidening() throws {
        let policy = try Sample.policy(
            "extends: parent.yaml\nlimits: { wall: 1s }\ncommands: { deny: [git] }\nsyscalls: { profile: strict }\n",
            others: ["parent.yaml": parent])
        #expect(policy.widenings.isEmpty)
    }

    @Test func aCircleIsNamed() {
        let others = ["a.yaml": "version: 1\nextends: b.yaml\n", "b.yaml": "version: 1\nextends: a.yaml\n"]
        let problems = Sample.problems("extends: a.yaml", others: others)
        #expect(problems.count == 1)
        #expect(problems.first == "b.yaml:2:10: extends: goes in a circle: a.yaml → b.yaml → a.yaml")
        #expect(Sample.problems("extends: p.yaml").first?.contains("p.yaml → p.yaml") == true)
    }

    @Test func aLongWayIsRefused() {
        var others: [String: String] = [:]
        for number in 0..<40 { others["\(number).yaml"] = "version: 1\nextends: \(number + 1).yaml\n" }
        #expect(Sample.problems("extends: 0.yaml", others: others).first?.contains("more than 16 files") == true)
    }

    @Test func aMissingParentIsToldWhereItIsNamed() {
        #expect(
            Sample.problems("name: x\nextends: gone.yaml") == [
                "p.yaml:3:10: extends: gone.yaml: the policy cannot be read: no such file"
            ])
    }

    @Test func theParentsMistakesAreTheFilesToo() {
        let problems = Sample.problems("extends: a.yaml\nlimitz: {}", others: ["a.yaml": "version: 1\ncommandz: {}\n"])
        #expect(problems.count == 2)
        #expect(problems.contains { $0.hasPrefix("a.yaml:2:1: commandz") })
    }

    @Test func parentsLieBesideTheFileAndBuiltInNamesWin() throws {
        let files = FilesInMemory(texts: [
            "/etc/p/team.yaml": "version: 1\nextends: lower.yaml\n", "/etc/p/lower.yaml": "version: 1\nextends: base\n",
        ])
        let loaded = try PolicyLoader.load(.file("/etc/p/team.yaml"), files).get()
        #expect(loaded.policy.chain.prefix(3) == ["/etc/p/team.yaml", "/etc/p/lower.yaml", "built-in:base.yaml"])
    }
}
