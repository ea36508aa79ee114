package import YAML

extension Policy {
    /// Rules that do something else than whoever wrote them will have meant. The policy is right all the same.
    package var remarks: [SettingsProblem] {
        let all = [rules] + tools.map { $0.rules.over(rules) }
        let found = all.flatMap(programsThatRunsWrite)
        return found.enumerated().filter { !found[..<$0].contains($1) }.map(\.element)
    }

    /// A program that is named by its path is put into the jail as it is, read-only: its next build would fail there.
    private func programsThatRunsWrite(_ rules: RuleSet) -> [SettingsProblem] {
        let variables = TruthTable.variables
        let paths = PathJudge(rules: rules.filesystem, variables: variables, host: BareHost())
        return rules.commands.allow.compactMap { rule in
            guard case .path(let pattern) = rule.value.program, let path = NormalPath(variables.expand(pattern.text)),
                paths.permits(path, .write)
            else { return nil }
            let position = YAMLPosition(line: rule.place.line, column: rule.place.column)
            return SettingsProblem(
                place: .file(rule.place.file, position), key: rule.name,
                message:
                    "`\(pattern.text)` may be written by runs, and is read-only in the jail for being named here, so that "
                    + "its next build fails; write `filesystem: { execute: [\"\(path.folderOfPrograms(variables))\"] }` "
                    + "instead, or build into a folder that `execute` has already")
        }
    }
}
