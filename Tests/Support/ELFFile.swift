package import LinuxSystem

/// What a 64-bit little-endian ELF file says about the files that it needs: enough to build a view by hand, and to look at
/// what a binary of ours is linked to.
package struct ELFFile {
    package private(set) var interpreter: String?
    package private(set) var needed: [String] = []

    /// nil when it is no such file.
    package init?(_ path: String) throws(SystemError) {
        let bytes = try File.read(path)
        guard bytes.count > 64, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { return nil }
        func number(_ offset: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        func text(_ offset: Int) -> String { String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self) }
        let headers = (0..<number(56, 2)).map { number(32, 8) + $0 * number(54, 2) }
        let loads = headers.filter { number($0, 4) == 1 }
        /// Where an address of the running program is in the file.
        func offset(_ address: Int) -> Int? {
            loads.first { (number($0 + 16, 8)..<number($0 + 16, 8) + number($0 + 32, 8)).contains(address) }
                .map { address - number($0 + 16, 8) + number($0 + 8, 8) }
        }
        for header in headers {
            switch number(header, 4) {
            case 3: interpreter = text(number(header + 8, 8))
            case 2:
                let start = number(header + 8, 8)
                let entries = (0..<number(header + 32, 8) / 16).map { start + $0 * 16 }
                let strings = entries.first { number($0, 8) == 5 }.flatMap { offset(number($0 + 8, 8)) }
                guard let strings else { continue }
                needed = entries.filter { number($0, 8) == 1 }.map { text(strings + number($0 + 8, 8)) }
            default: break
            }
        }
    }

    /// The interpreter and every library, all the way down, as the paths that the program's interpreter would find.
    package static func closure(of program: String) throws(SystemError) -> [String] {
        var found: [String] = []
        var waiting = [program]
        while let next = waiting.popLast() {
            guard let file = try ELFFile(next) else { continue }
            for name in file.needed + [file.interpreter].compactMap({ $0 }) {
                let path = name.contains("/") ? name : folders.map { "\($0)/\(name)" }.first(where: File.exists)
                guard let path, !found.contains(path) else { continue }
                found.append(path)
                waiting.append(path)
            }
        }
        return found
    }

    private static let folders = [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
        "/lib64", "/usr/lib64", "/lib", "/usr/lib",
    ]
}
