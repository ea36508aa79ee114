// modules: JSON Sandbox YAML
//
// The policy decoder on any bytes: no crash, no endless run, a place inside of the file for each mistake and each rule; a
// policy that was taken decides whatever it is asked, and compares with itself as equal.

internal import JSON
internal import Sandbox
internal import YAML

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    PolicyFuzz.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

private enum PolicyFuzz {
    struct OneFile: PolicyFiles {
        let bytes: [UInt8]

        func read(_ path: String) throws(SettingsError) -> [UInt8] { bytes }
    }

    static let calls: [(String, JSONValue)] = [
        ("Read", ["file_path": "/workspace/a/.env"]), ("Write", ["file_path": "/workspace/.git"]),
        ("Bash", ["command": "git -C x push | xargs -n1 perl > out; $X"]), ("Glob", ["pattern": "../*"]),
        ("WebFetch", ["url": "https://a.example.org:443/x"]), ("mcp__a__b", [:]),
    ]

    static func run(_ bytes: [UInt8]) {
        switch PolicyLoader.load(.file("f"), OneFile(bytes: bytes)) {
        case .failure(let error):
            precondition(!error.problems.isEmpty)
            for problem in error.problems {
                precondition(!problem.message.isEmpty)
                guard case .file("f", let position) = problem.place else { continue }
                precondition((1...bytes.count + 1).contains(position.line) && position.column >= 1)
            }
        case .success(let loaded):
            check(loaded.policy, lines: bytes.count + 1)
        }
    }

    static func check(_ policy: Policy, lines: Int) {
        for rule in policy.rules.commands.allow where rule.place.file == "f" {
            precondition((1...lines).contains(rule.place.line) && rule.place.column >= 1)
        }
        let judge = PolicyJudge(policy, variables: TruthTable.variables, host: BareHost())
        for (tool, input) in calls {
            let decision = try? judge.decide(tool: tool, input: input)
            precondition(decision.map { !$0.rule.isEmpty && !$0.reason.isEmpty } ?? true)
        }
        _ = TruthTable.run(policy)
        // Cheap enough to ask of small ones only.
        guard lines < 400 else { return }
        let comparison = PolicyComparison(policy, policy)
        precondition(comparison.onlyFirst.isEmpty && comparison.onlySecond.isEmpty)
    }
}
