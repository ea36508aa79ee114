/// Two rules of one kind: which of them says all that the other says.
enum RuleRelation { case same, wider, none }

/// A rule that allows, with one that takes it back.
struct DeniedGrant {
    struct Denial {
        let relation: RuleRelation
        let text: String
        let place: RulePlace
    }
    let name: String
    let place: RulePlace
    let text: String
    let denial: Denial
}

/// A rule that says what another one says already.
struct RepeatedRule {
    let name: String
    let place: RulePlace
    let text: String
    let other: String
    let otherPlace: RulePlace
    let isSame: Bool

    var shadowed: AuditDraft {
        AuditDraft(rule: name, place: place, message: "`\(text)` is part of `\(other)`", evidence: ["\(otherPlace)"])
    }
    var duplicate: AuditDraft {
        AuditDraft(rule: name, place: place, message: "`\(text)` stands in \(otherPlace) already")
    }
}

extension AuditScope {
    /// What is allowed in this part, and denied as a whole.
    func pairs(_ scene: AuditScene) -> [DeniedGrant] {
        let paths = (own.filesystem.read + own.filesystem.write + own.filesystem.execute).compactMap { rule in
            effective.filesystem.deny.lazy.filter { !$0.value.onlyWriting }.compactMap { denied in
                Self.denial(scene.relation(denied.value.path, rule.value), denied.value.path.text, denied.place)
            }.first.map { DeniedGrant(name: rule.name, place: rule.place, text: rule.value.text, denial: $0) }
        }
        let commands = own.commands.allow.compactMap { rule in
            effective.commands.deny.lazy.compactMap { denied in
                Self.denial(denied.value.relation(to: rule.value), denied.value.text, denied.place)
            }.first.map { DeniedGrant(name: rule.name, place: rule.place, text: rule.value.text, denial: $0) }
        }
        return paths + commands
    }

    private static func denial(_ relation: RuleRelation, _ text: String, _ place: RulePlace) -> DeniedGrant.Denial? {
        relation == .none ? nil : DeniedGrant.Denial(relation: relation, text: text, place: place)
    }

    /// What is said twice in one list; a tool's own rules also against the shared ones.
    func repeats(_ scene: AuditScene) -> [RepeatedRule] {
        let paths = [\FilesystemRules.read, \.write, \.execute].flatMap { list in
            Self.repeats(own.filesystem[keyPath: list], among: effective.filesystem[keyPath: list], scene, \.text) {
                // One that makes its folder does more than allow it.
                $1.makesFolder && $0 != $1 ? .none : scene.relation($0, $1)
            }
        }
        let commands = Self.repeats(own.commands.allow, among: effective.commands.allow, scene, \.text) {
            $0.relation(to: $1)
        }
        let denials = Self.repeats(own.commands.deny, among: effective.commands.deny, scene, \.text) {
            $0.text == $1.text ? .same : .none
        }
        let hosts = Self.repeats(own.network.allow, among: effective.network.allow, scene, \.text) {
            $0.relation(to: $1)
        }
        return paths + commands + denials + hosts
    }

    private static func repeats<Value>(
        _ own: [PolicyRule<Value>], among all: [PolicyRule<Value>], _ scene: AuditScene, _ text: (Value) -> String,
        _ relation: (Value, Value) -> RuleRelation
    ) -> [RepeatedRule] {
        own.compactMap { rule in
            for other in all where other.place != rule.place {
                switch relation(other.value, rule.value) {
                case .none: continue
                // Of two that are the same, the later one is too many.
                case .same where !isLater(rule.place, than: other.place): continue
                case .same:
                    return RepeatedRule(
                        name: rule.name, place: rule.place, text: text(rule.value), other: text(other.value),
                        otherPlace: other.place, isSame: true)
                // A file that extends another goes beyond its rules, and cannot take them out.
                case .wider where scene.isAbove(rule.place.file, other.place.file): continue
                case .wider:
                    return RepeatedRule(
                        name: rule.name, place: rule.place, text: text(rule.value), other: text(other.value),
                        otherPlace: other.place, isSame: false)
                }
            }
            return nil
        }
    }

    private static func isLater(_ place: RulePlace, than other: RulePlace) -> Bool {
        // A file that extends another comes after it.
        place.file != other.file || (place.line, place.column) > (other.line, other.column)
    }
}

extension AuditScene {
    /// Whether a file is one that the other extends.
    func isAbove(_ file: String, _ other: String) -> Bool {
        guard let place = policy.chain.firstIndex(of: file), let start = policy.chain.firstIndex(of: other) else {
            return false
        }
        return place > start
    }

    /// Of the first to the second.
    func relation(_ first: PathPattern, _ second: PathPattern) -> RuleRelation {
        if first.text == second.text { return .same }
        let (prefix, rest) = first.literalPrefix(variables)
        let (other, otherRest) = second.literalPrefix(variables)
        guard !first.isApart(from: other, variables) else { return .none }
        if rest.isEmpty, otherRest.isEmpty, prefix == other { return .same }
        // Only a pattern without wildcards is known to cover all of another.
        if rest.isEmpty { return other.isBeneath(prefix) && !(other == prefix && otherRest.isEmpty) ? .wider : .none }
        return otherRest.isEmpty && first.covers(other, variables) ? .wider : .none
    }
}

extension CommandPattern {
    /// Of this one to the other.
    func relation(to other: CommandPattern) -> RuleRelation {
        if text == other.text { return .same }
        guard covers(other.program) else { return .none }
        switch (arguments, other.arguments) {
        case (.any, _): return programText == other.programText && other.arguments == .any ? .same : .wider
        case (.words(let words, open: true), .words(let others, _)):
            guard words.count <= others.count, zip(words, others).allSatisfy({ $0.text == $1.text || ($0.text == "*") })
            else { return .none }
            return .wider
        default: return .none
        }
    }

    private func covers(_ other: Program) -> Bool {
        switch (program, other) {
        case (.name(let own), .name(let name)):
            own.text == name.text || (!own.isLiteral && name.isLiteral && own.matches(name.text)) || own.text == "*"
        case (.path(let own), .path(let path)): own.text == path.text
        case (.name(let own), .path): own.text == "*"
        default: false
        }
    }
}

extension HostPattern {
    /// Of this one to the other.
    func relation(to other: HostPattern) -> RuleRelation {
        if host == other.host, port == other.port { return .same }
        guard port == .any || port == other.port else { return .none }
        switch (host, other.host) {
        case (.any, .below(let base)): return base.isReserved ? .none : .wider
        case (.any, .exact(let name)): return name.isReserved ? .none : .wider
        case (.below(let base), .exact(let name)): return name.isBelow(base) && !name.isReserved ? .wider : .none
        case (.below(let base), .below(let name)): return name.isBelow(base) || name == base ? .wider : .none
        case (.exact(let own), .exact(let name)): return own == name ? .wider : .none
        default: return .none
        }
    }
}
