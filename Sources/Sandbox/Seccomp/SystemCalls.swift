internal import CSeccomp

/// The system calls of this machine by name and number.
package enum SystemCalls {
    /// Every name that libseccomp knows for this machine, in the order of the numbers.
    package static let names: [String] = (Int32(0)..<1024).compactMap(name)

    package static func name(_ number: Int32) -> String? {
        guard let raw = unsafe seccomp_syscall_resolve_num_arch(seccomp_arch_native(), number) else { return nil }
        defer { unsafe free(raw) }
        return unsafe String(cString: raw)
    }

    /// What the loader does before a program's first line, and what ends it. `execve` is not among them: what starts no programs can
    /// do without.
    static let neededByAll: Set<String> = [
        "brk", "close", "exit", "exit_group", "mmap", "mprotect", "munmap", "openat", "read", "rt_sigreturn", "write",
    ]

    enum Number: Hashable {
        case here(Int32)
        /// Another architecture has it.
        case elsewhere
        case unknown
    }

    static func number(_ name: String) -> Number {
        let number = unsafe seccomp_syscall_resolve_name(name)
        if number >= 0 { return .here(number) }
        return number == cseccomp_no_such_call() ? .unknown : .elsewhere
    }
}
