import JSON
import LinuxSystem
import TestSupport
import Testing
import ToolRuntime

/// What is kept between calls, and for how long.
@Suite(.enabled(if: canJail, "no jail can be made here"), .timeLimit(.minutes(3)))
struct ToolRestTests {
    private func bash(_ host: ToolHost, _ command: String) async -> ToolResult {
        await host.run(ToolCall(tool: "Bash", input: ["command": .string(command)]))
    }

    private func entries(_ folder: String) -> [String] { (try? Directory.entries(folder)) ?? ["(unreadable)"] }

    @Test func `Jails that nobody uses end, and take their stand-ins along`() async throws {
        let clock = ManualClock()
        try await withToolHost(clock: clock) { host, loop, folder in
            let work = "\(folder)/work"
            #expect(await bash(host, "echo here").text.hasPrefix("here"))
            // What the policy keeps from being made has a place while the jail is there.
            #expect(entries(work).contains(".env"))
            clock.advance(by: .seconds(299))
            await loop.sleep(.zero)
            #expect(entries(work).contains(".env"))
            clock.advance(by: .seconds(2))
            loop.submit {}
            #expect(await eventually { entries(work) == [] })
            #expect(await bash(host, "echo again").text.hasPrefix("again"))
        }
    }

    @Test func `A program that is replaced on the host is the new one after two seconds`() async throws {
        let clock = ManualClock()
        try await withToolHost(
            clock: clock,
            policy: { folder in
                "version: 1\nname: test\nextends: default\ncommands: { allow: [\(folder)/speaker] }\n"
            }
        ) { host, _, folder in
            func put(_ program: String) throws {
                try File.writeAtomically("\(folder)/speaker", try File.read(program), mode: 0o755)
            }
            try put("/bin/echo")
            #expect(await bash(host, "speaker one").text.hasPrefix("one"))
            try put("/bin/true")
            clock.advance(by: .seconds(3))
            let second = await bash(host, "speaker two")
            #expect(!second.isError && !second.text.contains("two"), "\(second.text)")
        }
    }
}
