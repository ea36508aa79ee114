import JailTools
import TestSupport
import Testing

@Suite struct PatchTests {
    private func unified(_ old: String, _ new: String) -> String {
        Patch(from: Array(old.utf8), to: Array(new.utf8)).unified("f", bytesMax: 1 << 20)
            .replacing("--- f\n+++ f\n", with: "")
    }

    @Test func `A patch is what diff would say`() {
        #expect(unified("a\n", "b\n") == "@@ -1,1 +1,1 @@\n-a\n+b")
        #expect(unified("", "a\n") == "@@ -0,0 +1,1 @@\n+a")
        #expect(unified("a\nb\n", "b\n") == "@@ -1,2 +1,1 @@\n-a\n b")
        #expect(
            unified("a", "a\n") == "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a")
        #expect(unified("a\r\nb\r\n", "a\r\nc\r\n") == "@@ -1,2 +1,2 @@\n a\n-b\n+c")
        #expect(unified("a\r\n", "a\n") == "@@ -1,1 +1,1 @@\n-a\r\n+a")
        let lines = (1...20).map { "\($0)\n" }
        var changed = lines
        changed[1] = "x\n"
        changed.insert("y\n", at: 15)
        #expect(
            unified(lines.joined(), changed.joined())
                == "@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -13,6 +13,7 @@\n 13\n 14\n 15\n+y\n 16\n 17\n 18")
        #expect(unified("a\n", "a\n") == "--- f\n+++ f")
    }

    @Test func `A patch that is too long is cut between its parts`() {
        let old = (1...100).map { "\($0)\n" }
        let new = old.enumerated().map { $0.offset % 20 == 0 ? "x\n" : $0.element }
        let patch = Patch(from: Array(old.joined().utf8), to: Array(new.joined().utf8))
        #expect(patch.hunks.count == 5)
        #expect(patch.unified("f", bytesMax: 100).hasSuffix("[The diff is cut here: 3 of its 5 parts are not shown.]"))
    }

    /// Applied to the old sequence, the steps make the new one; and no way is shorter.
    @Test func `A random diff leads from one to the other`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let old = (0..<Int.random(in: 0...12, using: &random)).map { _ in Int.random(in: 0...3, using: &random) }
            let new = (0..<Int.random(in: 0...12, using: &random)).map { _ in Int.random(in: 0...3, using: &random) }
            let steps = LineDiff.steps(old, new)
            var result: [Int] = []
            var read = 0
            for step in steps {
                switch step {
                case .keep(let from, let to):
                    #expect(from == read && to == result.count && old[from] == new[to])
                    result.append(old[from])
                    read += 1
                case .remove(let from):
                    #expect(from == read)
                    read += 1
                case .add(let to):
                    #expect(to == result.count)
                    result.append(new[to])
                }
            }
            #expect(result == new && read == old.count)
            let kept = steps.count { if case .keep = $0 { true } else { false } }
            #expect(kept == longestCommon(old, new))
        }
    }

    @Test func `Two texts with nothing in common are not compared for ever`() {
        let steps = LineDiff.steps(Array(0..<50_000), Array(50_000..<100_000))
        #expect(steps.count == 100_000 && steps.first == .remove(0) && steps.last == .add(49_999))
    }

    private func longestCommon(_ left: [Int], _ right: [Int]) -> Int {
        var row = [Int](repeating: 0, count: right.count + 1)
        for value in left {
            var diagonal = 0
            for index in right.indices {
                let above = row[index + 1]
                row[index + 1] = value == right[index] ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[right.count]
    }
}
