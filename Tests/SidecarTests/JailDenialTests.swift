import Confinement
import LinuxSystem
import Sandbox
import Sidecar
import TestSupport
import Testing

/// What a run was denied comes back in the policy's words, and what it says to add is enough.
@Suite(.enabled(if: JailHost.canJail), .timeLimit(.minutes(5)))
struct JailDenialTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let policy: String
        let command: String
        let layer: RunDenial.Layer
        let rule: String
        let addition: String
        var testDescription: String { command }
    }

    private static let plain = "extends: base\ncommands: { allow: [cat, ls] }"

    /// `{outside}` is the folder that no policy names.
    static let cases = [
        Case(
            policy: plain, command: "cat {outside}/notes", layer: .filesystem, rule: "filesystem.read",
            addition: "filesystem:\n  read: [\"{outside}/notes\"]"),
        Case(
            policy: plain, command: "ls {outside}", layer: .filesystem, rule: "filesystem.read",
            addition: "filesystem:\n  read: [\"{outside}\"]"),
        Case(
            policy: plain, command: "cat {outside}/link", layer: .filesystem, rule: "filesystem.read",
            addition: "filesystem:\n  read: [\"{outside}/link\"]"),
        Case(
            policy: plain, command: "echo x >> {outside}/new", layer: .filesystem,
            rule: "filesystem.write",
            addition: "filesystem:\n  write: [\"{outside}\"]"),
        Case(
            policy: plain + "\nfilesystem: { read: [\"{outside}\"] }", command: "echo x >> {outside}/notes",
            layer: .filesystem, rule: "filesystem.write",
            addition: "filesystem:\n  write: [\"{outside}/notes\"]"),
        Case(
            policy: plain, command: "perl -e 'exit 0'", layer: .exec, rule: "commands.allow",
            addition: "commands:\n  allow: [\"perl\"]"),
        Case(
            policy: plain, command: "/usr/bin/perl -e 'exit 0'", layer: .exec, rule: "commands.allow",
            addition: "commands:\n  allow: [\"perl\"]"),
        Case(
            policy: "extends: base\ncommands: { allow: [\"git --version\"] }", command: "git --exec-path",
            layer: .exec, rule: "commands.allow", addition: "commands:\n  allow: [\"git --exec-path\"]"),
    ]

    @Test(.enabled(if: JailHost.has("perl", "git")), arguments: cases)
    func `An addition that is suggested is enough`(_ test: Case) async throws {
        try await JailGround.with { ground in
            func fill(_ text: String) -> String {
                text.split(separator: "{outside}", omittingEmptySubsequences: false).joined(separator: ground.outside)
            }
            try File.writeNew("\(ground.outside)/notes", Array("x\n".utf8), mode: 0o666)
            try File.makeLink("\(ground.outside)/link", to: "notes")
            // As on a machine where the user may do it, be he root's stand-in or not.
            try File.changeMode(ground.outside, 0o777)
            try ground.write("p.yaml", fill(test.policy))
            let command = fill(test.command)
            let denied = try await ground.jail("p.yaml") { try await $0.shell(command) }
            #expect(denied.outcome.end != .exited(0))
            #expect(denied.denials.count == 1, "\(denied.denials) \(denied.errors)")
            let denial = try #require(denied.denials.first)
            #expect(denial.layer == test.layer && denial.rule == test.rule, "\(denial)")
            #expect(denial.suggestion == fill(test.addition))
            try ground.write("more.yaml", "extends: \(ground.folder)/p.yaml\n" + (denial.suggestion ?? ""))
            let allowed = try await ground.jail("more.yaml") { try await $0.shell(command) }
            #expect(allowed.outcome.end == .exited(0), "\(allowed.errors)")
            #expect(allowed.denials == [])
        }
    }

    @Test(.enabled(if: JailHost.has("git")))
    func `What is denied by a rule names the rule and suggests nothing`() async throws {
        try await JailGround.with { ground in
            try File.makeFolder("\(ground.workspace)/.git")
            try File.writeNew("\(ground.workspace)/.git/config", [])
            let path = try ground.write("p.yaml", "extends: default\ncommands:\n  deny:\n    - \"git --version\"")
            let (written, called) = try await ground.jail("p.yaml") { jail in
                (
                    try await jail.shell("echo x >> .git/config"), try await jail.shell("git --version; git push")
                )
            }
            let config = try #require(written.denials.first)
            #expect(config.layer == .filesystem && config.rule.hasPrefix("filesystem.deny["))
            #expect(config.place?.file == "built-in:base.yaml" && config.suggestion == nil)
            #expect(called.denials.map(\.layer) == [.exec, .exec], "\(called.denials)")
            #expect(called.denials.map(\.suggestion) == [nil, nil])
            let own = try #require(called.denials.first { $0.place?.file == path })
            #expect(own.place?.line == 5 && own.rule.hasPrefix("commands.deny["))
        }
    }
}

/// The way out of a jail, from a client in it to a server of ours, through everything between.
@Suite(.enabled(if: JailHost.canJail), .enabled(if: JailHost.has("curl")), .timeLimit(.minutes(5)))
struct JailEgressTests {
    @Test func `Only the port that is listed is reached`() async throws {
        let listed = try TestUpstream.answering { _ in TestUpstream.ok("from the listed one") }
        let other = try TestUpstream.answering { _ in TestUpstream.ok("from the other one") }
        defer {
            listed.close()
            other.close()
        }
        try await JailGround.with { ground in
            let path = try ground.write(
                "p.yaml",
                "extends: base\ncommands: { allow: [curl] }\nnetwork: { allow: [\"127.0.0.1:\(listed.port)\"] }")
            let others = [
                "curl -sf http://127.0.0.1:\(other.port)/", "curl -sf --proxytunnel http://127.0.0.1:\(other.port)/",
                "curl -sf https://127.0.0.1:\(other.port)/",
            ]
            try await ground.jail("p.yaml") { jail in
                for way in ["", "--proxytunnel "] {
                    let ran = try await jail.shell("curl -sf \(way)http://127.0.0.1:\(listed.port)/")
                    #expect(ran.output == "from the listed one" && ran.denials == [], "\(way)\(ran.errors)")
                }
                // Not past the proxy either.
                let direct = try await jail.shell("curl -sf --noproxy '*' http://127.0.0.1:\(listed.port)/")
                #expect(direct.outcome.end != .exited(0) && direct.output == "")
                for command in others {
                    let ran = try await jail.shell(command)
                    #expect(ran.outcome.end != .exited(0) && ran.output == "")
                    let denial = try #require(ran.denials.first, "\(command): \(ran.errors)")
                    #expect(ran.denials.count == 1)
                    #expect(denial.layer == .network && denial.rule == "network.allow")
                    #expect(denial.detail.contains("127.0.0.1:\(other.port)"))
                    #expect(denial.suggestion == "network:\n  allow: [\"127.0.0.1:\(other.port)\"]")
                }
            }
            #expect(other.connectionCount == 0)
            try ground.write(
                "more.yaml", "extends: \(path)\nnetwork:\n  allow: [\"127.0.0.1:\(other.port)\"]")
            try await ground.jail("more.yaml") { jail in
                for command in others.dropLast() {
                    let ran = try await jail.shell(command)
                    #expect(ran.output == "from the other one" && ran.denials == [], "\(command): \(ran.errors)")
                }
            }
        }
    }

    @Test func `Without rules there is no way out at all`() async throws {
        let server = try TestUpstream.answering { _ in TestUpstream.ok("x") }
        defer { server.close() }
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base\ncommands: { allow: [curl] }")
            let ran = try await ground.jail("p.yaml") {
                try await $0.shell("curl -sf http://127.0.0.1:\(server.port)/ || curl -sS http://db.example:5432/")
            }
            #expect(ran.outcome.end != .exited(0) && ran.output == "")
            #expect(ran.denials.map(\.layer) == [.network], "\(ran.errors)")
            #expect(server.connectionCount == 0)
        }
    }
}

/// Our own programs run in the jail of each tool, and nothing else does.
@Suite(.enabled(if: JailHost.canJail), .timeLimit(.minutes(5)))
struct JailOwnProgramTests {
    @Test(arguments: ["Read", "Write", "WebFetch"]) func `Our own program is all that runs`(_ tool: String) async throws
    {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base\nfilesystem: { read: [\"${workspace}\"] }")
            let shell = ["/bin/bash"].compactMap { NormalPath($0) }
            let ran = try await ground.jail("p.yaml", tool: tool, ownPrograms: shell) { jail in
                try await jail.shell("echo \"in $PWD\"; /bin/sh -c : || ls || /usr/bin/ls")
            }
            #expect(ran.output == "in \(ground.workspace)\n")
            #expect(ran.outcome.end == .exited(127), "\(ran.errors)")
            let without = try await ground.jail("p.yaml", tool: tool) { try await $0.shell(":") }
            #expect(without.outcome.end == .refused(.execute, code: SystemError.notFound))
        }
    }
}
