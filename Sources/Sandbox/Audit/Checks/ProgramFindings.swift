extension AuditScene {
    /// Grants of programs with a trait: a finding each, however many names a pattern stands for.
    func programs(
        _ table: [String: ProgramTrait], _ severity: (CommandGrant) -> AuditSeverity,
        where isMeant: (CommandGrant) -> Bool = { _ in true }
    ) -> [AuditDraft] {
        grants.filter(isMeant).compactMap { grant in
            let names = grant.names(in: table.keys).filter { name in
                table.trait(of: name)?.calls.contains { grant.allows(name, $0) } ?? false
            }
            guard let first = names.first, let trait = table.trait(of: first) else { return nil }
            let call = trait.calls.first { grant.allows(first, $0) } ?? []
            let places = grant.places(of: names)
            let text = grant.rule.value.text
            let message =
                grant.isPattern
                ? "`\(text)` grants \(Self.listed(names)); `\(first)` \(trait.does)" : "`\(text)` \(trait.does)"
            let example = "for example `\(([first] + call).joined(separator: " "))`"
            let found = places.isEmpty ? ["\(first) is not on this host now"] : places.prefix(Self.placesMax).map { $0 }
            // What is not here can do nothing here, until somebody installs it.
            let judged = places.isEmpty ? .low : severity(grant)
            return AuditDraft(
                grant.rule, message, judged, evidence: found + [example, grant.scope.containment.text])
        }
    }

    private static var placesMax: Int { 8 }

    static func listed(_ names: [String]) -> String {
        names.count <= 4
            ? names.joined(separator: ", ") : names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
    }
}
