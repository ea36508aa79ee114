import JSON
import LinuxSystem
import MCP
import Testing

/// Which runtime and how much of the machine an entry asks for.
@Suite struct RuntimeTests {
    @Test(arguments: [
        ("node@20", "20.11.1", true), ("node@20", "200.1.0", false), ("node@v20.11", "20.11.1", true),
        ("python@3.11", "3.11.7", true), ("python@3.1", "3.11.7", false), ("python@3.11.7", "3.11.7", true),
        ("python@3.11.7", "3.11", false),
    ])
    func `A wish allows the versions that begin like it`(_ wish: String, _ version: String, _ allowed: Bool) throws {
        #expect(try #require(MCPRuntimeWish(wish)).allows(version) == allowed)
    }

    @Test(arguments: ["ruby@3", "node", "node@", "node@lts", "/opt/node@20/bin", "python@3..1"])
    func `What is no version may be a path`(_ text: String) { #expect(MCPRuntimeWish(text) == nil) }

    @Test(arguments: [
        ("v20.11.1", "20.11.1"), ("3.11.7", "3.11.7"), ("cpython-3.12.1-linux-x86_64-gnu", "3.12.1"), ("system", nil),
        ("pypy3.10-7.3.15", "7.3.15"), ("20", nil),
    ])
    func `Versions are found in the names of folders`(_ name: String, _ version: String?) {
        #expect(MCPRuntimeWish.version(in: name) == version)
    }

    @Test func `The newest is no matter of letters`() {
        #expect(MCPRuntimeWish.isOlder("3.9.18", "3.11.2"))
        #expect(!MCPRuntimeWish.isOlder("20.10.0", "20.9.9"))
    }

    private func entry(_ own: String) throws -> (MCPServerEntry, [MCPServersProblem]) {
        let text = #"{"mcpServers": {"s": {"command": "x", "sidecar": \#(own)}}}"#
        let file = MCPServersFile(Array(text.utf8), file: "f", scope: .project, environment: ["V": "3.11"])
        return (try #require(file.entries.first), file.problems)
    }

    @Test func `Keys of an entry`() throws {
        let (read, problems) = try entry(
            #"""
            {"runtime": "python@${V}", "policy": "strict", "limits": {"memory": "512MiB", "cpu": 90},
             "prompts": {"deny": ["x*"]}, "resources": {"allow": ["file:*"]},
             "sampling": {"model": "small", "per_hour": 5}}
            """#)
        #expect(problems.isEmpty)
        #expect(read.runtime == "python@3.11")
        #expect(read.policy == "strict")
        #expect(read.memoryMax == 512 << 20)
        #expect(read.processorMax == 90)
        #expect(read.sampling?.model == "small" && read.sampling?.tokensMax == 1024 && read.sampling?.perHour == 5)
        #expect(!read.prompts.offers("xy") && read.prompts.offers("y"))
        #expect(read.resources.offers("file:///a") && !read.resources.offers("http://a"))
        let (other, _) = try entry(#"{"policy": "default"}"#)
        #expect(!read.isSameProgram(as: other), "another jail is another program")
    }

    @Test(arguments: [
        (#"{"limits": {"memory": 5}}"#, "`memory` is a text"), (#"{"limits": {"cpu": "a lot"}}"#, "`cpu` is a number"),
        (#"{"limits": {"disk": 1}}"#, "`limits` has memory and cpu"),
        (#"{"sampling": {"per_hour": 5}}"#, "`sampling` needs a `model`"),
        (#"{"sampling": {"model": "m", "per_hour": 0}}"#, "`per_hour` is a number"),
        (#"{"sampling": {"model": "m", "tokens": 1}}"#, "`sampling` has model, max_tokens and per_hour"),
        (#"{"sampling": true}"#, "`sampling` has to be an object"), (#"{"runtime": 20}"#, "`runtime` has to be a text"),
        (#"{"resources": {"rename": {}}}"#, "`resources` has allow and deny"), (#"{"polcy": "x"}"#, "no key `polcy`"),
    ])
    func `What is wrong is told`(_ own: String, _ words: String) throws {
        let (_, problems) = try entry(own)
        #expect(problems.first?.message.contains(words) == true, "\(problems)")
    }
}
