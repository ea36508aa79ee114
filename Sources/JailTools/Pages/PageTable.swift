internal import CGumbo

/// A table as rows of equal length. nil for one that only arranges a page.
struct PageTable {
    let caption: HTMLNode?
    /// The first row is the head, which Markdown cannot do without.
    private(set) var rows: [[HTMLNode?]] = []

    private static let columnsMax = 64
    private static let rowsMax = 5000

    init?(_ table: HTMLNode) {
        caption = table.children.first { $0.tag == GUMBO_TAG_CAPTION }
        var found: [(cells: [HTMLNode], isHead: Bool)] = []
        for part in table.children {
            let isHead = part.tag == GUMBO_TAG_THEAD
            guard isHead || part.tag == GUMBO_TAG_TBODY || part.tag == GUMBO_TAG_TFOOT else { continue }
            for row in part.children where row.tag == GUMBO_TAG_TR && found.count < Self.rowsMax {
                let cells = row.children.filter { $0.tag == GUMBO_TAG_TD || $0.tag == GUMBO_TAG_TH }
                if cells.isEmpty { continue }
                found.append((cells, isHead || cells.allSatisfy { $0.tag == GUMBO_TAG_TH }))
            }
        }
        guard let first = found.first, table.attribute("role") != "presentation" else { return nil }
        // What is inside of a cell has to fit into a line.
        guard !found.contains(where: { $0.cells.contains(where: Self.hasBlocks) }) else { return nil }
        rows = Self.grid(found.map(\.cells))
        let columns = rows.map(\.count).max() ?? 0
        guard columns > 1 || first.isHead else { return nil }
        if !first.isHead { rows.insert([], at: 0) }
        rows = rows.map { $0 + Array(repeating: nil, count: columns - $0.count) }
    }

    private static func hasBlocks(_ cell: HTMLNode) -> Bool {
        let blocks = [
            GUMBO_TAG_TABLE, GUMBO_TAG_PRE, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3,
            GUMBO_TAG_HR,
        ]
        return cell.first { blocks.contains($0.tag) } != nil
    }

    /// Cells that reach over several columns or rows leave the others empty.
    private static func grid(_ rows: [[HTMLNode]]) -> [[HTMLNode?]] {
        var taken: [Int: Int] = [:]
        return rows.map { cells in
            var row: [HTMLNode?] = []
            func skipTaken() {
                while let left = taken[row.count], left > 0, row.count < columnsMax {
                    taken[row.count] = left - 1
                    row.append(nil)
                }
            }
            for cell in cells {
                skipTaken()
                if row.count >= columnsMax { break }
                let width = min(max(cell.number("colspan") ?? 1, 1), columnsMax - row.count)
                let height = min(max(cell.number("rowspan") ?? 1, 1), rowsMax)
                for column in row.count..<row.count + width where height > 1 { taken[column] = height - 1 }
                row.append(cell)
                row += Array(repeating: nil, count: width - 1)
            }
            skipTaken()
            return row
        }
    }
}
