/// By which names the tools of several servers are offered as those of one. A name says whose tool it is, is the same in
/// every process, has at most 64 letters, and no two tools have the same one.
package enum MCPToolNames {
    /// Anthropic's and OpenAI's limit for names of tools.
    package static let lengthMax = 64

    /// `server__tool` where that can be told apart again and fits; else shortened, with a mark made of both names.
    package static func offered(_ server: String, _ tool: String) -> String {
        let plain = "\(server)__\(tool)"
        if isPlain(server, tool) { return plain }
        let mark = "_" + fingerprint(server, tool)
        let shown = String(decoding: plain.utf8.map { isLetter($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
        return shown.prefix(lengthMax - mark.utf8.count) + mark
    }

    /// The first `__` divides it: the server's name has none, and does not end in what would make one.
    private static func isPlain(_ server: String, _ tool: String) -> Bool {
        server.utf8.count + 2 + tool.utf8.count <= lengthMax && !server.contains("__") && !server.hasSuffix("_")
            && !tool.isEmpty && (server + tool).utf8.allSatisfy(isLetter) && !endsInMark(tool)
    }

    /// A tool that is called as if it had been shortened is shortened, so that nobody can take another's name.
    private static func endsInMark(_ tool: String) -> Bool {
        let mark = Array(tool.utf8.suffix(markLength + 1))
        return mark.count == markLength + 1 && mark[0] == UInt8(ascii: "_")
            && isDigit(mark[1]) && isDigit(mark[markLength])
            && mark.dropFirst().allSatisfy { isDigit($0) || (0x61...0x7A).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static let markLength = 8

    /// FNV-1a of both, in letters and digits.
    private static func fingerprint(_ server: String, _ tool: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in Array(server.utf8) + [0] + Array(tool.utf8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // A digit at either end is what tells a mark from a word.
        let letters = String(hash, radix: 36).suffix(markLength - 2)
        return "\(hash / 10 % 10)" + String(repeating: "0", count: markLength - 2 - letters.count) + letters
            + "\(hash % 10)"
    }
}
