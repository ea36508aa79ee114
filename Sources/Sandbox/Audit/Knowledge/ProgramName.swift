/// A program's name without architecture and version: `gcc` of `x86_64-linux-gnu-gcc-12`, `python` of `python3.11`.
enum ProgramName {
    static func family(_ name: String) -> String {
        var words = name.split(separator: "-", omittingEmptySubsequences: false)
        while words.count > 1, words.last?.allSatisfy({ $0.isNumber || $0 == "." }) == true { words.removeLast() }
        if words.count > 2, words.first.map({ architectures.contains(String($0)) }) == true {
            words.removeFirst(min(3, words.count - 1))
        }
        var result = words.joined(separator: "-")
        while let last = result.last, last.isNumber || last == "." { result.removeLast() }
        return result.isEmpty ? name : result
    }

    private static let architectures: Set<String> = [
        "x86_64", "aarch64", "arm", "i386", "i486", "i586", "i686", "riscv64", "powerpc64le", "s390x",
    ]
}
