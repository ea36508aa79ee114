import Sandbox
import Testing
import YAML

@Suite struct PolicyComparisonTests {
    /// What B allows and A does not, then the other way round; each as `[tool ]kind what`.
    private func difference(_ first: String, _ second: String) throws -> (more: Set<String>, less: Set<String>) {
        let comparison = PolicyComparison(try Sample.policy(first), try Sample.policy(second))
        let text = { (grant: PolicyGrant) in
            (grant.tool.map { "\($0) " } ?? "") + "\(grant.kind.rawValue) \(grant.what)"
        }
        return (Set(comparison.onlySecond.map(text)), Set(comparison.onlyFirst.map(text)))
    }

    @Test func otherWordsForTheSameAreNoDifference() throws {
        let found = try difference(
            "commands: { allow: [git, ls, \"git log *\"] }\nfilesystem: { read: [/usr, /usr/lib] }",
            "filesystem: { read: [/usr] }\ncommands: { allow: [ls, git] }")
        #expect(found.more.isEmpty && found.less.isEmpty, "\(found)")
    }

    @Test(
        arguments: [
            ("", "commands: { allow: [git] }", ["command git"], []),
            (
                "commands: { allow: [git] }", "commands: { allow: [git], deny: [\"git push *\"] }", [],
                ["command git push *"]
            ),
            ("commands: { allow: [\"npm run *\"] }", "commands: { allow: [npm] }", ["command npm"], []),
            (
                "commands: { allow: [{ name: make, args: [test] }] }",
                "commands: { allow: [{ name: make, args: [test, all] }] }",
                ["command { name: make, args: [test, all] }"], []
            ),
            ("filesystem: { read: [/a] }", "filesystem: { write: [/a/b] }", ["write /a/b"], ["read /a"]),
            (
                "filesystem: { write: [\"${workspace}\"] }",
                "filesystem: { write: [\"${workspace}\"], deny: [{ path: \"${workspace}/.git/config\", only: write }] }",
                [], ["write ${workspace}/.git/config"]
            ),
            (
                "filesystem: { read: [\"${workspace}\"] }",
                "filesystem: { read: [\"${workspace}\"], deny: [\"**/.env\"] }", [],
                ["read **/.env"]
            ),
            ("network: { allow: [a.example] }", "network: { allow: [\"*.example\"] }", ["host *.example"], []),
            ("network: { allow: [a.example] }", "network: { allow: [\"a.example:*\"] }", ["host a.example:*"], []),
            (
                "environment: { pass: [\"LC_*\"] }", "environment: { pass: [LC_ALL, LANG] }", ["environment LANG"],
                ["environment LC_*"]
            ),
            (
                "limits: { wall: 10s }", "limits: { wall: 20s, cpu: 5s }", ["limit wall 20s instead of 10s"],
                ["limit cpu without limit instead of 5s"]
            ),
            (
                "syscalls: { profile: strict, deny: [ptrace] }", "syscalls: { allow: [ptrace] }",
                ["syscall the calls of profile default that strict has not", "syscall ptrace"], []
            ),
            (
                "require: [landlock]", "require: [seccomp]", ["require runs without landlock"],
                ["require runs without seccomp"]
            ),
            ("tools: { Task: { enabled: false } }", "", ["Task tool may be called"], []),
            ("", "tools: { mcp__a__b: { enabled: true } }", ["mcp__a__b tool may be called"], []),
            ("", "tools: { WebFetch: { network: { allow: [\"*\"] } } }", ["WebFetch host *"], []),
            ("tools: { Bash: { commands: { allow: [git] } } }", "commands: { allow: [git] }", ["command git"], []),
        ] as [(String, String, [String], [String])])
    func meanings(_ first: String, _ second: String, _ more: [String], _ less: [String]) throws {
        let found = try difference(first, second)
        #expect(found.more == Set(more), "\(found)")
        #expect(found.less == Set(less), "\(found)")
        let back = try difference(second, first)
        #expect(back.more == Set(less) && back.less == Set(more), "\(back)")
    }

    @Test func whatIsInsideOfAFolderIsToldOnce() throws {
        let found = try difference(
            "filesystem: { read: [/a/b] , deny: [/a/c] }", "filesystem: { read: [/a, /a/d] }")
        #expect(found.more == ["read /a"], "\(found)")
    }
}
