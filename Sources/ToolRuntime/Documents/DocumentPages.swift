internal import JSON

/// `pages` of Read: one page, or a range such as `2-5`; `7-` goes on to the end.
struct DocumentPages: Equatable {
    let first: Int
    /// nil: as far as there are any.
    let last: Int?

    /// So many at once: what a page costs, nobody knows before.
    static let countMax = 20
    /// What is shown of a document without being asked for pages.
    static let wholeMax = 10

    struct Problem: Error, Equatable { let message: String }

    init(first: Int, last: Int?) {
        self.first = first
        self.last = last
    }

    init(_ text: String) throws(Problem) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        let wrong = Problem(
            message:
                "`pages` is \(JSONValue.string(String(text.prefix(40))).text()); wanted: a page or a range, such as \"3\" or \"1-5\""
        )
        guard (1...2).contains(parts.count), let first = Int(parts[0]), (1...1_000_000).contains(first) else {
            throw wrong
        }
        self.first = first
        if parts.count == 1 {
            last = first
        } else if parts[1].isEmpty {
            last = nil
        } else {
            guard let end = Int(parts[1]), (first...1_000_000).contains(end) else { throw wrong }
            last = end
        }
    }

    /// Those that there are.
    func range(of total: Int) throws(Problem) -> ClosedRange<Int> {
        guard first <= total else {
            throw Problem(
                message: "there is no page \(first): the document has \(total) \(total == 1 ? "page" : "pages")")
        }
        let end = min(last ?? total, total)
        guard end - first < Self.countMax else {
            throw Problem(
                message:
                    "\(end - first + 1) pages are too many at once; ask for \(Self.countMax) or fewer, such as \"\(first)-\(first + Self.countMax - 1)\""
            )
        }
        return first...end
    }
}
