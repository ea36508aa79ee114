internal import JSON

extension ToolDeclaration {
    static let task = ToolDeclaration(
        "Task", "Let another agent do it",
        """
        Gives a piece of work to an agent of its own, which sees only this prompt, works under the same policy or a \
        narrower one, and comes back with one final text.
        """,
        .acts,
        [
            .required("description", .text(lengthMin: 1), "The work in three to five words."),
            .required("prompt", .text(lengthMin: 1), "All that the agent has to know, and what it shall answer."),
            .optional("subagent_type", .text(lengthMin: 1), "Which agent: a name from .claude/agents."),
            .optional("model", .choice(["sonnet", "opus", "haiku", "fable"]), "The model; without it the session's."),
            .optional("run_in_background", .flag, standard: false, "Return at once and let it go on."),
            .optional("name", .text(lengthMin: 1), "What to call this agent."),
            .optional("isolation", .choice(["worktree", "remote"]), "worktree: in one of git, of its own."),
            .optional("mode", .text(), "Of older clients; has no effect."),
            .optional("team_name", .text(), "Of older clients; has no effect."),
        ])
}
