/// "Device or resource busy": what is a mount of the jail can be emptied, but neither removed nor renamed, and nothing that
/// such a mount lies in can.
extension DenialReader {
    func mount(_ subject: Substring) -> RunDenial? {
        for word in words(subject) {
            guard let path = path(word) else { continue }
            if let denial = denial(of: path, .write) { return denial }
            if let rule = rules.filesystem.execute.first(where: { literal($0.value) == path }) {
                return RunDenial(
                    .filesystem, rule: rule.name, place: rule.place,
                    detail: "\(path) is a place of its own in the jail, because its files may run: it can be emptied "
                        + "(`rm -rf \(path.name)/*`), but not removed or renamed")
            }
            let inner =
                rules.filesystem.execute.map { ($0.name, $0.place, literal($0.value)) }
                + rules.filesystem.deny.map { ($0.name, $0.place, literal($0.value.path)) }
            if let (name, place, held) = inner.first(where: { $0.2?.isBeneath(path) ?? false }), let held {
                return RunDenial(
                    .filesystem, rule: name, place: place,
                    detail:
                        "\(path) holds \(held), which the policy keeps in its place: it can be neither removed nor renamed"
                )
            }
        }
        return nil
    }

    private func literal(_ pattern: PathPattern) -> NormalPath? {
        let (prefix, rest) = pattern.literalPrefix(variables)
        return rest.isEmpty ? prefix : nil
    }
}
