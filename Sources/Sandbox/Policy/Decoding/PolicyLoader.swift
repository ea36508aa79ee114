package import YAML

/// A policy that is right, and the texts of its files, so that a rule's line can be shown.
package struct LoadedPolicy: Sendable {
    package let policy: Policy
    /// By the name that places have.
    package let texts: [String: String]

    package func line(of place: RulePlace) -> String? {
        let lines = texts[place.file]?.split(separator: "\n", omittingEmptySubsequences: false)
        guard let lines, lines.indices.contains(place.line - 1) else { return nil }
        return String(lines[place.line - 1])
    }
}

/// Files to a policy. Pure but for the reader it is given; all that is wrong is told at once, and nothing is half taken.
package struct PolicyLoader<Files: PolicyFiles> {
    private let files: Files
    private var texts: [String: String] = [:]

    package static func load(_ source: PolicySource, _ files: Files) -> Result<LoadedPolicy, SettingsError> {
        var loader = PolicyLoader(files: files)
        do throws(SettingsError) {
            let policy = try loader.policy(source, below: [])
            return .success(LoadedPolicy(policy: policy, texts: loader.texts))
        } catch {
            return .failure(error)
        }
    }

    private init(files: Files) { self.files = files }

    /// Nobody can follow a longer way by eye.
    private static var chainMax: Int { 16 }

    private mutating func policy(_ source: PolicySource, below chain: [PolicySource]) throws(SettingsError) -> Policy {
        let file = source.shownName
        var (policy, own) = try decode(source, isRoot: chain.isEmpty)
        var problems: [SettingsProblem] = []
        policy.chain = [file]
        var parent: Policy?
        if let extends = policy.extends {
            let next = Self.source(extends.value, beside: source)
            let longer = chain + [source]
            do throws(SettingsError) {
                if let start = longer.firstIndex(of: next) {
                    let circle = (longer[start...] + [next]).map(\.shownName).joined(separator: " → ")
                    throw Self.problem(extends, "goes in a circle: \(circle)")
                }
                guard longer.count < Self.chainMax else {
                    throw Self.problem(extends, "leads through more than \(Self.chainMax) files")
                }
                parent = try self.policy(next, below: longer)
            } catch {
                problems += error.problems.map { problem in
                    guard case .wholeFile = problem.place else { return problem }
                    return Self.problem(extends, "\(problem.place): \(problem.message)").problems[0]
                }
            }
        }
        let whole = parent.map { policy.over($0) } ?? policy
        own += Self.problems(ofTable: whole, knowsRules: problems.isEmpty && Self.leavesRules(own))
        problems = own.sorted { $0.position < $1.position } + problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        return whole
    }

    /// Whether all rules were read, whatever else was not: a table that names one which could not be is not to blame.
    private static func leavesRules(_ problems: [SettingsProblem]) -> Bool {
        let others = [
            "version", "name", "description", "environment", "limits", "syscalls", "require", "waivers", "expect",
        ]
        return problems.allSatisfy { problem in others.contains(String(problem.key.prefix { $0 != "." && $0 != "[" })) }
    }

    /// Lines of the truth table that nothing can come out of as they are: a call that is none, a rule that there is not.
    private static func problems(ofTable policy: Policy, knowsRules: Bool) -> [SettingsProblem] {
        let judge = PolicyJudge(policy, variables: TruthTable.variables, host: BareHost())
        let names = RuleNames(policy)
        return policy.expect.flatMap { line in
            let expected = line.value
            let call = judge.problem(tool: expected.tool, input: expected.input).map {
                problem(expected.inputPlace ?? line.place, "\(line.name).input", $0.message)
            }
            let rule = (knowsRules ? expected.rule : nil).flatMap { text in
                RuleReference(text).problem(in: names).map {
                    problem(expected.rulePlace ?? line.place, "\(line.name).rule", "`\(text)` \($0)")
                }
            }
            return [call, rule].compactMap { $0 }
        }
    }

    private mutating func decode(
        _ source: PolicySource, isRoot: Bool
    ) throws(SettingsError) -> (Policy, [SettingsProblem]) {
        let file = source.shownName
        let bytes: [UInt8]
        switch source {
        case .builtIn(let name): bytes = Array((ShippedPolicies.text(of: name) ?? "").utf8)
        case .file(let path): bytes = try files.read(path)
        }
        texts[file] = String(decoding: bytes, as: UTF8.self)
        var reader = SettingsReader(file: file)
        var policy = Policy()
        let (node, errors) = YAML.read(bytes, file: file)
        for error in errors { reader.report(error.position, "", error.message) }
        if let node {
            if node.mapping != nil, node[key: "version"] == nil {
                reader.report(.start, "version", "is missing; write `version: 1`")
            }
            PolicyKeys.root.decode(node, "", into: &policy, &reader)
        } else if errors.isEmpty {
            reader.report(.start, "", "the policy is empty; it begins with `version: 1`")
        }
        return (policy, reader.problems)
    }

    /// A built-in name means the built-in, whatever lies beside the file.
    private static func source(_ name: String, beside source: PolicySource) -> PolicySource {
        let named = PolicySource(naming: name)
        guard case .file(let path) = named, !path.hasPrefix("/"), case .file(let own) = source,
            let cut = own.lastIndex(of: "/")
        else { return named }
        return .file(own[...cut] + path)
    }

    private static func problem(_ rule: PolicyRule<String>, _ message: String) -> SettingsError {
        SettingsError([problem(rule.place, rule.name, message)])
    }

    private static func problem(_ place: RulePlace, _ key: String, _ message: String) -> SettingsProblem {
        let position = YAMLPosition(line: place.line, column: place.column)
        return SettingsProblem(place: .file(place.file, position), key: key, message: message)
    }
}

extension SettingsProblem {
    /// Where it is in its file; what is about the file as a whole comes first.
    fileprivate var position: (Int, Int) {
        if case .file(_, let position) = place { (position.line, position.column) } else { (0, 0) }
    }
}
