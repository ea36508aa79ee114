/// The shortest way from one sequence to another, by Myers (1986), with a bound on the work: where two texts have little in
/// common, all of the one is taken for removed and all of the other for added.
package enum LineDiff {
    package enum Step: Equatable, Sendable {
        /// The element is in both: places in the old and the new sequence.
        case keep(Int, Int)
        case remove(Int)
        case add(Int)
    }

    /// More differences than that are not looked for one by one: the memory grows with their square.
    package static let differencesMax = 1000

    package static func steps(_ old: [Int], _ new: [Int], differencesMax: Int = differencesMax) -> [Step] {
        var head = 0
        while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
            tail += 1
        }
        var steps = (0..<head).map { Step.keep($0, $0) }
        let inner = Inner(
            old: Array(old[head..<old.count - tail]), new: Array(new[head..<new.count - tail]), offset: head,
            differencesMax: differencesMax)
        steps += inner.steps()
        steps += (0..<tail).reversed().map { .keep(old.count - 1 - $0, new.count - 1 - $0) }
        return steps
    }

    /// What differs at its first and at its last element.
    private struct Inner {
        let old: [Int]
        let new: [Int]
        let offset: Int
        let differencesMax: Int

        func steps() -> [Step] {
            if old.isEmpty || new.isEmpty { return replacement }
            guard let trace = search() else { return replacement }
            return walkBack(trace)
        }

        private var replacement: [Step] {
            old.indices.map { .remove($0 + offset) } + new.indices.map { .add($0 + offset) }
        }

        /// For each number of differences how far each diagonal reached; the last entry reached the end.
        private func search() -> [[Int32]]? {
            var trace: [[Int32]] = []
            let most = min(old.count + new.count, differencesMax)
            // Diagonal k is at place k + most + 1.
            var furthest = [Int32](repeating: 0, count: 2 * most + 3)
            for differences in 0...most {
                trace.append(Array(furthest[(most + 1 - differences)...(most + 1 + differences)]))
                for diagonal in stride(from: -differences, through: differences, by: 2) {
                    let place = diagonal + most + 1
                    let isDown =
                        diagonal == -differences
                        || (diagonal != differences && furthest[place - 1] < furthest[place + 1])
                    var x = Int(isDown ? furthest[place + 1] : furthest[place - 1] + 1)
                    while x < old.count, x - diagonal < new.count, old[x] == new[x - diagonal] { x += 1 }
                    furthest[place] = Int32(x)
                    if x >= old.count, x - diagonal >= new.count { return trace }
                }
            }
            return nil
        }

        private func walkBack(_ trace: [[Int32]]) -> [Step] {
            var steps: [Step] = []
            var x = old.count
            var y = new.count
            for differences in stride(from: trace.count - 1, to: 0, by: -1) {
                // The state before this round: diagonals -differences to differences.
                let reached = { (diagonal: Int) in Int(trace[differences][diagonal + differences]) }
                let diagonal = x - y
                let isDown =
                    diagonal == -differences
                    || (diagonal != differences && reached(diagonal - 1) < reached(diagonal + 1))
                let before = isDown ? diagonal + 1 : diagonal - 1
                let startX = reached(before)
                // Behind the step down or to the right the two went along together.
                while x > (isDown ? startX : startX + 1) {
                    x -= 1
                    y -= 1
                    steps.append(.keep(x + offset, y + offset))
                }
                if isDown {
                    y -= 1
                    steps.append(.add(y + offset))
                } else {
                    x -= 1
                    steps.append(.remove(x + offset))
                }
            }
            while x > 0, y > 0 {
                x -= 1
                y -= 1
                steps.append(.keep(x + offset, y + offset))
            }
            return steps.reversed()
        }
    }
}
