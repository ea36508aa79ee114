import Confinement
import Testing

/// Programs that most tests have in their jail.
let commonTools = [
    "bash", "cat", "chmod", "cp", "dd", "echo", "env", "head", "id", "ln", "ls", "mkdir", "mv", "rm", "rmdir", "sleep",
    "touch", "true",
].map { "/usr/bin/\($0)" }

/// A jail over a fresh workspace, with the common tools and the attacking program in it.
func jailed<Result: Sendable>(
    _ starter: Starter = .ourselves, _ programs: [String] = commonTools, readable: [String] = [], filter: Bool = true,
    prepare: (Workspace, inout JailPlan) throws -> Void = { _, _ in },
    _ body: @escaping @Sendable (JailUnderTest, Workspace) async throws -> Result
) async throws -> Result {
    try await Workspace.with { workspace in
        var plan = try HandPlan.make(programs, workspace: workspace, readable: readable, filter: filter)
        try Attacker.add(to: &plan)
        try prepare(workspace, &plan)
        return try await JailUnderTest.with(plan, starter) { jail in try await body(jail, workspace) }
    }
}
