import Confinement
import JSON
import LinuxSystem
import Sandbox
import Sidecar
import TestSupport
import Testing

/// `policy trace` by the real program: what it says to add is enough, and nothing of it is too much.
@Suite(.enabled(if: JailHost.canJail), .enabled(if: JailHost.has("perl", "cat")), .timeLimit(.minutes(5)))
struct TraceTests {
    private func trace(_ ground: JailGround, _ flags: [String] = [], _ command: [String]) throws -> JSONValue {
        let ran = try RealProgram.run(
            ["policy", "trace", "--policy", "\(ground.folder)/p.yaml", "--workspace", ground.workspace, "--json"]
                + flags
                + ["--"] + command, environment: ["HOME": "\(ground.folder)/home"])
        #expect(ran.code == 0, "\(ran.errors)")
        return try JSONValue(parsing: ran.output)
    }

    private func additions(_ json: JSONValue) -> [String] {
        (json["additions"]?.array ?? []).map { "\($0["list"]?.string ?? "") \($0["value"]?.string ?? "")" }
    }

    /// How the command ends in the jail of the policy with these lines.
    private func end(
        _ ground: JailGround, _ lines: String, _ command: [String]
    ) async throws -> (JailOutcome.End, String) {
        try ground.write("more.yaml", "extends: \(ground.folder)/p.yaml\n\(lines)")
        return try await ground.jail("more.yaml") { jail in
            let ran = try await jail.run("/bin/bash", ["bash", "-c", "exec \"$@\"", "bash"] + command)
            return (ran.outcome.end, ran.errors)
        }
    }

    private static func yaml(_ additions: [(list: String, value: String)]) -> String {
        let sections = Dictionary(grouping: additions) { $0.list.split(separator: ".")[0] }
        return sections.map { section, additions in
            let lists = Dictionary(grouping: additions) { $0.list.split(separator: ".")[1] }
            return "\(section):\n"
                + lists.map { "  \($0): [\($1.map { "\"\($0.value)\"" }.joined(separator: ", "))]\n" }.joined()
        }.joined()
    }

    @Test func `What is to be added is enough, and all of it is needed`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base")
            try File.writeNew("\(ground.outside)/notes", Array("noted\n".utf8))
            let command = [
                "sh", "-c",
                "cat \(ground.outside)/notes; perl -e 'exit 0' && cat /etc/debian_version && echo made > made && cat \(ground.outside)/notes",
            ]
            let json = try trace(ground, [], command)
            #expect(
                additions(json) == [
                    "commands.allow cat", "commands.allow perl", "filesystem.read \(ground.outside)/notes",
                    "filesystem.read /etc/debian_version", "filesystem.write ${workspace}",
                ])
            // The file of somebody's own was not shown.
            #expect(json["complete"]?.bool == false && json["exit_code"]?.int == 1)
            #expect(json["programs"]?.array?.contains { $0["granted"]?.bool == true } == true)
            #expect(json["files"]?["read"]?.array?.contains { $0["path"]?.string == "/etc/debian_version" } == true)
            let found = (json["additions"]?.array ?? []).map {
                (list: $0["list"]?.string ?? "", value: $0["value"]?.string ?? "")
            }
            let (ended, errors) = try await end(ground, json["yaml"]?.string ?? "", command)
            #expect(ended == .exited(0), "\(errors)")
            for index in found.indices {
                var fewer = found
                fewer.remove(at: index)
                let (ended, _) = try await end(ground, Self.yaml(fewer), command)
                #expect(ended != .exited(0), "it passes without \(found[index])")
            }
        }
    }

    @Test func `Repeating finds what is only wanted`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base\ncommands: { allow: [cat] }")
            let command = ["sh", "-c", "cat /etc/debian_version 2> /dev/null; cat /etc/issue"]
            #expect(
                additions(try trace(ground, [], command)) == [
                    "filesystem.read /etc/debian_version", "filesystem.read /etc/issue",
                ])
            let json = try trace(ground, ["--repeat"], command)
            #expect(additions(json) == ["filesystem.read /etc/issue"])
            #expect(json["minimal"]?.bool == true)
        }
    }

    @Test func `Rules on arguments are met word by word`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base\ncommands: { allow: [\"perl -v\"], deny: [cat] }")
            let command = ["sh", "-c", "cat /dev/null; perl -e 1"]
            let json = try trace(ground, [], command)
            #expect(additions(json) == ["commands.allow perl -e 1"])
            let denied = json["denied"]?[0]
            #expect(denied?["what"]?.string?.hasSuffix("/cat") == true && denied?["line"]?.int == 3)
            #expect(try await end(ground, json["yaml"]?.string ?? "", command).0 == .exited(0))
        }
    }

    @Test(.enabled(if: JailHost.has("curl"))) func `Hosts are asked for and not reached`() async throws {
        let server = try TestUpstream.answering { _ in TestUpstream.ok("reached") }
        defer { server.close() }
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base\ncommands: { allow: [curl] }")
            let command = ["curl", "-sf", "http://127.0.0.1:\(server.port)/"]
            let json = try trace(ground, [], command)
            #expect(additions(json) == ["network.allow 127.0.0.1:\(server.port)"])
            #expect(json["hosts"]?[0]?["granted"]?.bool == false && json["complete"]?.bool == false)
            #expect(server.connectionCount == 0)
            #expect(try await end(ground, json["yaml"]?.string ?? "", command).0 == .exited(0))
            #expect(server.connectionCount == 1)
        }
    }

    @Test(.enabled(if: JailHost.has("cc"))) func `A program is built and run`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base")
            try File.writeNew("\(ground.workspace)/hello.c", Array("int main(void) { return 0; }\n".utf8))
            let command = ["sh", "-c", "cc hello.c -o hello && ./hello"]
            let json = try trace(ground, ["--repeat"], command)
            #expect(json["exit_code"]?.int == 0)
            #expect(
                Set(additions(json)) == [
                    "commands.allow cc", "filesystem.write ${workspace}", "filesystem.execute ${workspace}",
                ])
            #expect(json["programs"]?.array?.contains { $0["command"]?.string?.contains("cc1") == true } == true)
        }
    }

    /// The jail is the policy's where it matters: secrets, what others obey, and the host.
    @Test func `What is denied stays denied, and the host as it is`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: default")
            try File.writeNew("\(ground.workspace)/.env", Array("SECRET=1\n".utf8), mode: 0o666)
            try File.makeFolder("\(ground.folder)/home/.ssh")
            try File.writeNew("\(ground.folder)/home/.ssh/id", Array("SECRET=2\n".utf8), mode: 0o666)
            try File.changeMode(ground.outside, 0o777)
            let script =
                "cat .env \(ground.folder)/home/.ssh/id; echo x > .mcp.json; echo x > \(ground.outside)/x; exit 7"
            let ran = try RealProgram.run(
                [
                    "policy", "trace", "--policy", "\(ground.folder)/p.yaml", "--workspace", ground.workspace, "--",
                    "sh",
                    "-c", script,
                ], environment: ["HOME": "\(ground.folder)/home"])
            #expect(ran.code == 0 && !ran.errors.contains("SECRET") && !ran.output.contains("SECRET"))
            #expect(ran.output.contains("ended with exit code 7"))
            for path in ["\(ground.workspace)/.env", "home/.ssh/id", "\(ground.workspace)/.mcp.json"] {
                #expect(ran.output.contains("\(path): filesystem.deny["), "\(path): \(ran.output)")
            }
            #expect(ran.output.contains("write: [\"\(ground.outside)\"]"))
            #expect(ran.output.contains("trace it again"))
            // The file that was refused, and not only the folder to grant.
            #expect(
                ran.output.contains("Refused here, as under the policy\n  + \(ground.outside)/x\n"), "\(ran.output)")
            #expect(!ran.output.contains("grants all"))
            #expect(try Directory.entries(ground.outside) == [])
            #expect(!File.exists("\(ground.workspace)/.mcp.json"))
        }
    }

    /// What leaves the machine is not run to see what it needs.
    @Test func `A command whose words are denied is not run, and what does not run is granted nothing`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: default\ncommands: { deny: [\"touch x *\"] }")
            let trace = { (command: [String]) in
                try RealProgram.run(
                    ["policy", "trace", "--policy", "\(ground.folder)/p.yaml", "--workspace", ground.workspace, "--"]
                        + command)
            }
            for command in [["touch", "x"], ["env", "touch", "x"], ["sh", "-c", "true && touch x"]] {
                let ran = try trace(command)
                #expect(ran.code == 3 && ran.errors.contains("is denied by `touch x *` (commands.deny[0]"), "\(ran)")
            }
            #expect(!File.exists("\(ground.workspace)/x"))
            let missing = try trace(["nosuchprog"])
            #expect(missing.output.contains("no program `nosuchprog` is on this machine"), "\(missing.output)")
            #expect(!missing.output.contains("grants all"))
        }
    }

    @Test(.enabled(if: JailHost.has("cc"))) func `A named program that is built anew is no grant`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: default\ncommands: { allow: [\"${workspace}/hello\"] }")
            try File.writeNew("\(ground.workspace)/hello.c", Array("int main(void) { return 0; }\n".utf8))
            try File.writeNew("\(ground.workspace)/hello", Array("#!/bin/sh\n".utf8), mode: 0o777)
            let json = try trace(ground, [], ["sh", "-c", "cc hello.c -o hello; true"])
            #expect(additions(json) == [])
            let denied = json["denied"]?.array?.first { $0["rule"]?.string == "commands.allow[0]" }
            #expect(denied?["reason"]?.string?.contains("read-only in the jail") == true, "\(json.text())")
        }
    }

    /// What runs for an hour ends with whoever asked for it, and leaves nothing behind.
    @Test func `A trace can be interrupted`() async throws {
        try await JailGround.with { ground in
            try ground.write("p.yaml", "extends: base\ncommands: { allow: [sleep] }")
            let began = MonotonicClock().now()
            let ran = try RealProgram.run(
                [
                    "policy", "trace", "--policy", "\(ground.folder)/p.yaml", "--workspace", ground.workspace, "--",
                    "sh", "-c",
                    "touch begun; sleep 90",
                ], endingOnce: "\(ground.workspace)/begun")
            #expect(ran.code == 1 && ran.errors.contains("interrupted"), "\(ran.errors)")
            #expect((MonotonicClock().now() - began).secondsAsDouble < 80)
        }
    }

    @Test func `A call without a command, or with a wrong policy, is refused`() throws {
        #expect(try RealProgram.run(["policy", "trace"]).code == 2)
        let wrong = try RealProgram.run(["policy", "trace", "--policy", "/nonexistent/p.yaml", "--", "true"])
        #expect(wrong.code == 2 && wrong.errors.contains("cannot be read"))
    }
}
