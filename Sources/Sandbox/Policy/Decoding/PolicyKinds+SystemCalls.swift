internal import YAML

extension ValueKind<String> {
    /// As libseccomp knows them; whether there is such a call is checked where the filter is made.
    static var systemCall: ValueKind { systemCall { _ in nil } }

    /// Without some calls nothing at all runs, and what a jail does then is no denial that anybody could explain.
    static var deniableSystemCall: ValueKind {
        systemCall { SystemCalls.neededByAll.contains($0) ? "no program can run without it; leave it out" : nil }
    }

    private static func systemCall(unless problem: @escaping @Sendable (String) -> String?) -> ValueKind {
        parsed(
            "system call", .pattern("^[a-z_][a-z0-9_]*$"),
            { text throws(ValueError) in
                let isName = text.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte)
                        || byte == UInt8(ascii: "_")
                }
                guard isName, let first = text.utf8.first, !(0x30...0x39).contains(first) else {
                    throw ValueError("is no name of a system call, such as ptrace")
                }
                guard SystemCalls.number(text) != .unknown else {
                    throw ValueError(
                        "is no system call; the names are those of syscalls(2)"
                            + NearestName.hint(for: text, among: SystemCalls.names))
                }
                if let problem = problem(text) { throw ValueError("cannot be denied: \(problem)") }
                return text
            },
            show: { .text($0) })
    }
}
