internal import JSON
internal import LinuxSystem

/// The lines in which two texts differ, with three lines around them.
package struct Patch: Equatable, Sendable {
    package struct Hunk: Equatable, Sendable {
        package var oldStart: Int
        package var oldLines = 0
        package var newStart: Int
        package var newLines = 0
        /// Each after a blank, a minus or a plus.
        package var lines: [String] = []
    }

    package private(set) var hunks: [Hunk] = []
    private static let contextLines = 3
    private static let unendedNote = "\\ No newline at end of file"

    package init(from old: [UInt8], to new: [UInt8]) {
        if old == new { return }
        // An edit touches little of a long file; the rest need not be taken apart.
        let shared = SharedEnds(old, new, contextLines: Self.contextLines)
        let sides = (Array(old[shared.old]), Array(new[shared.new]))
        let lines = (Lines.of(sides.0), Lines.of(sides.1))
        let steps = LineDiff.steps(
            of: lines.0.map { sides.0[$0.whole] }, lines.1.map { sides.1[$0.whole] })
        let showsReturns =
            LineEnding.every(in: sides.0) != .carriageReturnLineFeed
            || LineEnding.every(in: sides.1) != .carriageReturnLineFeed
        let text = { (side: [UInt8], line: Line) in
            let isEnded = !line.ending.isEmpty
            let end = isEnded && showsReturns ? line.whole.upperBound - 1 : line.content.upperBound
            return String(decoding: side[line.content.lowerBound..<end], as: UTF8.self)
        }
        for group in Self.groups(steps) {
            var hunk = Hunk(
                oldStart: shared.linesBefore + Self.before(steps, group.lowerBound, old: true),
                newStart: shared.linesBefore + Self.before(steps, group.lowerBound, old: false))
            for step in steps[group] {
                let (mark, side, line) =
                    switch step {
                    case .keep(let index, _): (" ", sides.0, lines.0[index])
                    case .remove(let index): ("-", sides.0, lines.0[index])
                    case .add(let index): ("+", sides.1, lines.1[index])
                    }
                if mark != "+" { hunk.oldLines += 1 }
                if mark != "-" { hunk.newLines += 1 }
                hunk.lines.append(mark + text(side, line))
                if line.ending.isEmpty { hunk.lines.append(Self.unendedNote) }
            }
            // By the convention of diff an empty side begins in the line before.
            hunk.oldStart += hunk.oldLines > 0 ? 1 : 0
            hunk.newStart += hunk.newLines > 0 ? 1 : 0
            hunks.append(hunk)
        }
    }

    /// Steps that belong together: changes with at most twice the context between them.
    private static func groups(_ steps: [LineDiff.Step]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        for (index, step) in steps.enumerated() {
            if case .keep = step { continue }
            let start = max(0, index - contextLines)
            let end = min(steps.count, index + contextLines + 1)
            if let last = groups.last, start <= last.upperBound {
                groups[groups.count - 1] = last.lowerBound..<end
            } else {
                groups.append(start..<end)
            }
        }
        return groups
    }

    private static func before(_ steps: [LineDiff.Step], _ end: Int, old: Bool) -> Int {
        steps[..<end].count { step in
            switch step {
            case .keep: true
            case .remove: old
            case .add: !old
            }
        }
    }
}

extension Patch {
    /// As `diff -u` writes it, cut where it is longer than somebody wants to read.
    package func unified(_ path: String, bytesMax: Int) -> String {
        var text = "--- \(path)\n+++ \(path)"
        for (index, hunk) in hunks.enumerated() {
            var part = "\n@@ -\(hunk.oldStart),\(hunk.oldLines) +\(hunk.newStart),\(hunk.newLines) @@"
            for line in hunk.lines { part += "\n\(line)" }
            if text.utf8.count + part.utf8.count > bytesMax {
                return text
                    + "\n[The diff is cut here: \(hunks.count - index) of its \(hunks.count) parts are not shown.]"
            }
            text += part
        }
        return text
    }

    var json: JSONValue {
        .array(
            hunks.map { hunk in
                [
                    "oldStart": .int(hunk.oldStart), "oldLines": .int(hunk.oldLines),
                    "newStart": .int(hunk.newStart), "newLines": .int(hunk.newLines),
                    "lines": .array(hunk.lines.map { .string($0) }),
                ]
            })
    }

    /// Beyond that programs get no patch either: it would fill the frame.
    var isShort: Bool { hunks.reduce(0) { $0 + $1.lines.reduce(0) { $0 + $1.utf8.count } } <= Self.jsonBytesMax }
    private static let jsonBytesMax = 256 << 10
}
