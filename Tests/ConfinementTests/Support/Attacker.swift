import Confinement
import LinuxSystem
import TestSupport
import Testing

/// The program of Tests/JailAttacks.
enum Attacker {
    /// Where it is in the view.
    static let inside = "/usr/bin/attacks"

    static func outside() throws -> String {
        let jail = try ZygoteProgram.besideThisProgram().path
        return jail.prefix(upTo: jail.lastIndex(of: "/") ?? jail.startIndex) + "/JailAttacks"
    }

    /// Lets it into a jail.
    static func add(to plan: inout JailPlan) throws { try add(try outside(), as: inside, to: &plan) }

    /// Any program of ours, with its libraries.
    static func add(_ program: String, as inside: String, to plan: inout JailPlan) throws {
        var targets = Set(plan.view.compactMap { if case .bind(_, let target, _, _) = $0 { target } else { nil } })
        for path in [program] + (try HandPlan.closure(of: program)) {
            let target = path == program ? inside : HandPlan.merged(path)
            if !targets.insert(target).inserted { continue }
            plan.view.append(.bind(source: realPath(path), target: target, .executable, expected: nil))
            plan.rules.append(PathRule(target, [.readFiles, .execute]))
        }
    }
}
