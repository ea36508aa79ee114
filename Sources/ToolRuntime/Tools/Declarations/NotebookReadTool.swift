extension ToolDeclaration {
    static let notebookRead = ToolDeclaration(
        "NotebookRead", "Read a notebook",
        "Shows the cells of a Jupyter notebook (.ipynb) with their outputs.",
        .looks,
        [
            .required("notebook_path", .path, "The notebook, by its absolute path."),
            .optional("cell_id", .text(lengthMin: 1), "Only this cell."),
        ])
}
