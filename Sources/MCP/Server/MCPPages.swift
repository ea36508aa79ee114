internal import JSON

/// A long list in pages. A cursor says where the next one begins and of which list that is true; to clients it is a word
/// without meaning.
struct MCPPages {
    let names: [String]
    let size: Int

    struct Page: Equatable {
        let range: Range<Int>
        let next: String?
    }

    func page(_ cursor: JSONValue?) throws(RPCError) -> Page {
        var start = 0
        if let cursor, !cursor.isNull {
            guard let text = cursor.string, let found = place(text) else {
                throw RPCError(.invalidParameters, "`cursor` is none that this server gave for this list; begin again")
            }
            start = found
        }
        let end = min(start + size, names.count)
        return Page(range: start..<end, next: end < names.count ? self.cursor(end) : nil)
    }

    private func cursor(_ place: Int) -> String {
        String(place, radix: 36) + "-" + String(fingerprint, radix: 36)
    }

    private func place(_ cursor: String) -> Int? {
        guard let dash = cursor.firstIndex(of: "-"), let place = Int(cursor[..<dash], radix: 36),
            place > 0, place < names.count, self.cursor(place) == cursor
        else { return nil }
        return place
    }

    /// FNV-1a of the names: the same list gives the same in every process.
    private var fingerprint: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for name in names {
            for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        return hash
    }
}
