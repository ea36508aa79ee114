import Testing

@testable import ToolRuntime

struct DocumentPagesTests {
    @Test(arguments: [("3", 3...3), ("1-5", 1...5), (" 2 - 4 ", 2...4), ("8-", 8...10), ("9-40", 9...10)])
    func `Pages that there are`(_ text: String, _ range: ClosedRange<Int>) throws {
        #expect(try DocumentPages(text).range(of: 10) == range)
    }

    @Test(arguments: ["", "0", "-1", "a", "1-2-3", "5-2", "1,2", "1-a", "99999999999999999999"])
    func `What is no range is refused`(_ text: String) {
        #expect(throws: DocumentPages.Problem.self) { try DocumentPages(text) }
    }

    @Test func `Neither beyond the end nor too many at once`() throws {
        #expect(throws: DocumentPages.Problem(message: "there is no page 4: the document has 3 pages")) {
            try DocumentPages("4").range(of: 3)
        }
        #expect(throws: DocumentPages.Problem.self) { try DocumentPages("1-").range(of: 21) }
        #expect(try DocumentPages("2-").range(of: 21) == 2...21)
    }
}
