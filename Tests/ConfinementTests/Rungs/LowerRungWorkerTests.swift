import Confinement
import Glibc
import TestSupport
import Testing

/// A worker of ours where the host gives no namespaces: its filter is the same, and so is what it gets.
@Suite(.enabled(if: LowerRung.canBe, LowerRung.reason), .timeLimit(.minutes(3)))
struct LowerRungWorkerTests {
    @Test(arguments: Starter.possible) func `It works with files, and who has taken it over gets nothing else`(
        _ starter: Starter
    ) async throws {
        try await LowerRung.with(starter, hasWorker: true, prepare: { try $0.write("src/file", "content\n") }) { rung in
            #expect(
                try await rung.attack("file-work", rung.workspace.path + "/src", "file", isWorker: true) == ["worked"])
            for (name, error) in WorkerTests.refused {
                let answer = try await rung.attack(name, "/x", isWorker: true)
                #expect(answer == [error], "\(name)")
            }
            for program in ["/usr/bin/true", try Attacker.outside(), "/usr/bin/absent"] {
                #expect(try await rung.attack("run-program", program, isWorker: true) == ["ENOSYS"], "\(program)")
            }
            // Those who are no workers do, in the same jail.
            #expect(try await rung.output("uname -s") == "Linux\n")
        }
    }
}
