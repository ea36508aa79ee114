internal import JSON

extension ToolDeclaration {
    static let notebookEdit = ToolDeclaration(
        "NotebookEdit", "Change a notebook",
        """
        Replaces, inserts or deletes one cell of a Jupyter notebook (.ipynb) that was read in this session. A new cell \
        comes behind cell_id, or to the beginning without one.
        """,
        .changes,
        [
            .required("notebook_path", .path, "The notebook, by its absolute path."),
            .required("new_source", .text(), "What the cell holds afterwards; empty for delete."),
            .optional("cell_id", .text(lengthMin: 1), "The cell, as NotebookRead calls it."),
            .optional("cell_type", .choice(["code", "markdown"]), "The kind of the cell; insert needs it."),
            .optional("edit_mode", .choice(["replace", "insert", "delete"]), standard: "replace", "What to do."),
        ],
        check: { input in
            let mode = input["edit_mode"]?.string ?? "replace"
            if mode == "insert", input["cell_type"] == nil {
                return [
                    InputProblem(.missing, "cell_type", "is missing; `edit_mode` \"insert\" needs code or markdown")
                ]
            }
            if mode != "insert", input["cell_id"] == nil {
                return [
                    InputProblem(.missing, "cell_id", "is missing; `edit_mode` \"\(mode)\" needs to know which cell")
                ]
            }
            return []
        })
}
