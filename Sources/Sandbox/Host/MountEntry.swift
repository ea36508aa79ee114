/// A line of /proc/self/mountinfo, see proc_pid_mountinfo(5).
package struct MountEntry: Sendable, Equatable {
    /// The folder of the file system that is mounted.
    package let root: String
    package let point: String
    package let type: String

    package init(root: String, point: String, type: String) {
        self.root = root
        self.point = point
        self.type = type
    }

    /// Later entries cover earlier ones on the same point.
    package static func all(in text: String) -> [MountEntry] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            // Optional fields stand between the sixth and a lone hyphen, and the type comes after that.
            guard fields.count > 6, let hyphen = fields[6...].firstIndex(of: "-"), hyphen + 1 < fields.count else {
                return nil
            }
            return MountEntry(
                root: unescape(fields[3]), point: unescape(fields[4]), type: String(fields[hyphen + 1]))
        }
    }

    /// Space, tab, newline and backslash are written as three octal digits.
    private static func unescape(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
