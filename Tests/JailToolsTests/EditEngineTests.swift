import JailTools
import TestSupport
import Testing

@Suite struct EditEngineTests {
    private func edit(
        _ text: String, _ old: String, _ new: String, all: Bool = false
    ) throws(ToolFailure) -> (
        text: String, match: EditMatch
    ) {
        let outcome = try EditEngine.apply(TextEdit(old: old, new: new, replacesAll: all), to: Array(text.utf8))
        return (String(decoding: outcome.text, as: UTF8.self), outcome.match)
    }

    private func failure(_ text: String, _ old: String, _ new: String, all: Bool = false) -> ToolFailure? {
        do throws(ToolFailure) {
            _ = try edit(text, old, new, all: all)
            return nil
        } catch {
            return error
        }
    }

    struct Case: CustomTestStringConvertible {
        let text, old, new, result: String
        let match: EditMatch
        var testDescription: String { "\(text.debugDescription): \(old.debugDescription)" }
    }

    @Test(arguments: [
        Case(text: "a b c", old: "b", new: "d", result: "a d c", match: .exact),
        Case(text: "a\nb\n", old: "a\n", new: "", result: "b\n", match: .exact),
        // The endings are the file's, those of new lines too.
        Case(text: "a\r\nb\r\n", old: "a\nb", new: "a\nx\nb", result: "a\r\nx\r\nb\r\n", match: .lineEndings),
        Case(text: "a\r\nb\r\n", old: "a", new: "x\ny", result: "x\r\ny\r\nb\r\n", match: .exact),
        Case(text: "a\r\nb\r\n", old: "\nb", new: "\nc", result: "a\r\nc\r\n", match: .exact),
        Case(text: "a\r\nb\r\n", old: "\nb", new: "b", result: "ab\r\n", match: .exact),
        Case(text: "a\nb\r\nc\n", old: "b", new: "x\ny", result: "a\nx\r\ny\r\nc\n", match: .exact),
        // Blanks at the ends of lines; lines that stay keep theirs.
        Case(text: "a  \nb\t\nc\n", old: "a\nb\nc", new: "a\nx\nc", result: "a  \nx\nc\n", match: .trailingSpace),
        Case(
            text: "if x {  \n  y\n}", old: "x {\n  y", new: "x {\n  z", result: "if x {  \n  z\n}",
            match: .trailingSpace),
        Case(text: "a\r\nb\nc\r\n", old: "a\nb\nc", new: "a\nb\nd", result: "a\r\nb\nd\r\n", match: .trailingSpace),
        Case(text: "foo\nbar\n", old: "foo  ", new: "baz", result: "baz\nbar\n", match: .trailingSpace),
        Case(text: "foo\nbar\n", old: "foo  \n", new: "", result: "bar\n", match: .trailingSpace),
        // Indentation.
        Case(
            text: "\tif x:\n\t\ty\n", old: "if x:\n\ty", new: "if x:\n\ty\n\tz", result: "\tif x:\n\t\ty\n\t\tz\n",
            match: .indentation),
        Case(
            text: "\tif x:\n\t\ty\n", old: "    if x:\n        y", new: "    if x:\n        y\n        z",
            result: "\tif x:\n\t\ty\n\t\tz\n", match: .indentation),
        Case(
            text: "  if x:\n    y\n", old: "\tif x:\n\t\ty", new: "\tif x:\n\t\tz", result: "  if x:\n    z\n",
            match: .indentation),
        Case(
            text: "a\n  b\n  c\n", old: "    b\n    c", new: "    b\n\n    d", result: "a\n  b\n\n  d\n",
            match: .indentation),
    ])
    func `The ladder finds what is there, and says how`(_ value: Case) throws {
        let outcome = try edit(value.text, value.old, value.new)
        #expect(outcome.text == value.result)
        #expect(outcome.match == value.match)
    }

    @Test(arguments: [
        ("foobar\n", "foo "),  // blanks inside of a line count
        ("a\nb\n", "a\nc"),
        ("a = \u{201c}x\u{201d}\n", "a = \"x\"\n"),  // other quotation marks are other text
        ("  a\n\tb\n", "a\nb"),  // no one rule says how to indent
        ("abc", "ABC"),
        ("", "a"),
        ("a\n\nb\n", "   \n"),  // blanks alone would be found everywhere
        ("a\nb", "b\n"),  // the file does not end in a line feed
    ])
    func `Nothing looser`(_ text: String, _ old: String) {
        #expect(failure(text, old, "x")?.code == .noMatch)
    }

    @Test func `What would begin before the file does is shown from its first line`() throws {
        let sought = Array(repeating: "", count: 60) + ["there", "gone"]
        let error = try #require(failure("there\nthere\nelsewhere\n", sought.joined(separator: "\n"), "x"))
        #expect(error.code == .noMatch)
        #expect(error.text.contains("1\tthere"), "\(error.text)")
    }

    @Test func `One edit in several places needs a word for it`() throws {
        let error = try #require(failure("a\nb\na\n", "a", "c"))
        #expect(error.code == .severalMatches)
        #expect(error.text.hasPrefix("Found 2 matches of the string to replace, but replace_all is false. "))
        #expect(error.text.hasSuffix("String: a\nThe matches begin in lines 1, 3."))
        #expect(try edit("a\nb\na\n", "a", "c", all: true).text == "c\nb\nc\n")
        #expect(try edit("a\r\nb\r\na\r\nb\r\n", "a\nb", "x\ny", all: true).text == "x\r\ny\r\nx\r\ny\r\n")
        // Not even on request where it is not exact.
        #expect(failure("a \nb\na  \nb\n", "a\nb", "c", all: true)?.code == .severalMatches)
        #expect(failure("  a\n  b\n\ta\n\tb\n", "a\nb\n", "c\nd\n")?.code == .severalMatches)
    }

    @Test func `What changes nothing is said`() {
        let error = failure("a", "a", "a")
        #expect(error?.text == "No changes to make: old_string and new_string are exactly the same.")
        #expect(failure("a", "", "b")?.text == "Cannot create new file - file already exists.")
    }

    @Test func `What is not found is shown where it nearly is`() throws {
        let text = "func one() {\n    return 1\n}\n\nfunc two() {\n    return 2\n}\n"
        let error = try #require(failure(text, "func two() {\n    return 3\n}", "x"))
        #expect(error.text.hasPrefix("String to replace not found in file.\nString: func two() {\n"))
        #expect(error.text.hasSuffix("The nearest lines of the file are:\n5\tfunc two() {\n6\t    return 2\n7\t}"))
        let word = try #require(failure(text, "func tow()", "x"))
        #expect(word.text.contains("5\tfunc two() {"))
        #expect(failure(text, "entirely something else", "x")?.text.contains("nearest") == false)
    }

    @Test func `Several edits are all made or none`() throws {
        let edits = [TextEdit(old: "a", new: "b"), TextEdit(old: "b", new: "c", replacesAll: true)]
        let result = try EditEngine.apply(edits, to: Array("a b".utf8))
        #expect(String(decoding: result.text, as: UTF8.self) == "c c")
        #expect(result.outcomes.map(\.count) == [1, 2])
        do {
            _ = try EditEngine.apply(edits + [TextEdit(old: "z", new: "y")], to: Array("a b".utf8))
            Issue.record("a part of the edits was made")
        } catch {
            #expect(error.text.hasPrefix("Edit 3 of 3: String to replace not found in file.\nString: z"))
            #expect(error.text.hasSuffix("None of the edits was made."))
        }
    }

    @Test func `Ten thousand random edits do what a plain model does`() throws {
        var random = SeededGenerator(seed: 17)
        let alphabet = Array("ab \n\t{".utf8)
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in alphabet.randomElement(using: &random)! } }
        var replaced = 0
        for _ in 0..<10_000 {
            let text = bytes(Int.random(in: 0...60, using: &random))
            // Half of the time something that is there.
            let start = Int.random(in: 0...text.count, using: &random)
            let isThere = Bool.random(using: &random) && start < text.count
            let old =
                isThere
                ? Array(text[start..<Int.random(in: start + 1...text.count, using: &random)])
                : bytes(Int.random(in: 1...6, using: &random))
            let new = bytes(Int.random(in: 0...6, using: &random))
            if old == new { continue }
            let all = Bool.random(using: &random)
            let edit = TextEdit(
                old: String(decoding: old, as: UTF8.self), new: String(decoding: new, as: UTF8.self), replacesAll: all)
            let model = PlainModel.replace(old, new, in: text)
            do throws(ToolFailure) {
                let outcome = try EditEngine.apply(edit, to: text)
                if outcome.match == .exact {
                    replaced += 1
                    #expect(outcome.text == model.text && outcome.count == model.count && (all || model.count == 1))
                } else {
                    #expect(model.count == 0 && outcome.count == 1)
                    // Whatever was forgiven was blank.
                    #expect(PlainModel.visible(outcome.text).count <= PlainModel.visible(text + new).count)
                }
            } catch {
                #expect(error.code == .noMatch ? model.count == 0 : error.code == .severalMatches)
                if error.code == .severalMatches, model.count > 0 { #expect(model.count > 1 && !all) }
            }
        }
        #expect(replaced > 2000)
    }
}

/// Replacing as one would write it without a thought for speed.
private enum PlainModel {
    static func replace(_ old: [UInt8], _ new: [UInt8], in text: [UInt8]) -> (text: [UInt8], count: Int) {
        var result: [UInt8] = []
        var rest = text[...]
        var count = 0
        while !rest.isEmpty {
            if rest.starts(with: old) {
                result += new
                rest = rest.dropFirst(old.count)
                count += 1
            } else {
                result.append(rest.removeFirst())
            }
        }
        return (result, count)
    }

    static func visible(_ text: [UInt8]) -> [UInt8] { text.filter { $0 > 0x20 } }
}
