import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// The real bash is asked what it accepts and what it runs; we may say more than it does, and never less.
@Suite(.serialized, .enabled(if: File.isExecutable(ShellLaboratory.bash)), .timeLimit(.minutes(5)))
struct ShellDifferentialTests {
    @Test func whatBashRunsIsInTheTree() async throws {
        try await withTemporaryFolder { folder in
            let laboratory = try ShellLaboratory(folder)
            var precise = 0
            for script in ShellCorpus.scripts { precise += try compare(script, laboratory) }
            #expect(precise > 150, "the corpus has to be more than unknowns")
        }
    }

    @Test func whatBashRunsOfRandomScriptsIsInTheTree() async throws {
        try await withTemporaryFolder { folder in
            let laboratory = try ShellLaboratory(folder)
            var random = RandomScript(seed: 7)
            var precise = 0
            for _ in 0..<150 { precise += try compare(random.next(), laboratory) }
            #expect(precise > 50)
        }
    }

    /// 1 if programs ran, and all of them were known by name.
    private func compare(_ script: String, _ laboratory: ShellLaboratory) throws -> Int {
        let program: ShellProgram
        do throws(ShellSyntaxError) {
            program = try ShellProgram(parsing: script)
        } catch {
            // An end mark that never comes is a warning to bash.
            if error.kind != .ambiguous, !error.message.hasPrefix("a here-document without"),
                try laboratory.accepts(script)
            {
                Issue.record("refused: \(script.debugDescription): \(error)")
            }
            return 0
        }
        // Even of a script with an error, bash runs what comes before it.
        let calls = try laboratory.run(script)
        for call in calls where !program.covers(call) {
            Issue.record("\(call) is not in the tree of \(script.debugDescription):\n\(program.text)")
        }
        return !calls.isEmpty && program.namesAreKnown ? 1 : 0
    }
}
