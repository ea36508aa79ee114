import Confinement
import Testing

/// What the kernel itself is asked for, from inside. Each is tried under the whole jail, and the error is the one that is
/// meant: an attack that fails for another reason proves nothing.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct KernelAttackTests {
    static let refused = [
        ("user-namespace", "EPERM"), ("mount-namespace", "EPERM"), ("cloned-namespace", "EPERM"),
        ("clone3-namespace", "ENOSYS"), ("mount", "EPERM"), ("new-mount", "EPERM"), ("chroot", "EPERM"),
        ("io_uring", "ENOSYS"), ("userfaultfd", "EPERM"), ("bpf", "EPERM"), ("keys", "EPERM"), ("counters", "EPERM"),
        ("handle", "EPERM"), ("personality", "ENOSYS"), ("raw-socket", "ENOSYS"), ("packet-socket", "EAFNOSUPPORT"),
        ("virtual-socket", "EAFNOSUPPORT"), ("netlink", "EAFNOSUPPORT"), ("unknown-call", "ENOSYS"),
        ("type-letter", "EPERM"), ("type-letter-high", "EPERM"), ("trace-first", "EPERM"), ("read-first", "EPERM"),
        ("take-descriptor", "EPERM"), ("trace-child", "EPERM"), ("kill-first", "EPERM"), ("become-root", "EINVAL"),
        ("leaked-descriptors", "EBADF"), ("own-listener", "EPERM"),
    ]

    @Test(arguments: Starter.possible) func `Everything that is refused is refused as it is meant to be`(
        _ starter: Starter
    ) async throws {
        try await jailed(starter) { jail, _ in
            for (name, error) in Self.refused {
                let answer = try await jail.attack(name)
                #expect(answer == [error], "\(name)")
            }
        }
    }

    /// The filter is one layer. Without it others hold, except where there is none: io_uring and the like.
    static let refusedWithoutFilter = [
        "user-namespace", "mount-namespace", "cloned-namespace", "clone3-namespace", "mount", "new-mount", "chroot",
        "bpf",
        "counters", "raw-socket", "packet-socket", "trace-first", "read-first", "take-descriptor", "kill-first",
        "become-root", "leaked-descriptors", "type-letter", "type-letter-high",
    ]

    @Test func `Without the filter most of it is still refused`() async throws {
        try await jailed(filter: false) { jail, _ in
            for name in Self.refusedWithoutFilter {
                let answer = try await jail.attack(name)
                #expect(answer.last != "worked", "\(name)")
            }
        }
    }

    @Test func `The attacking program can do what it tries, where nothing forbids it`() async throws {
        try await jailed(filter: false) { jail, _ in
            for name in ["io_uring", "trace-child", "personality", "netlink"] {
                let answer = try await jail.attack(name)
                #expect(answer.last == "worked", "\(name)")
            }
        }
    }

    @Test(arguments: ["old-gate", "other-table"]) func `Calls of a foreign architecture kill`(
        _ name: String
    ) async throws {
        try await jailed { jail, _ in
            let answer = try await jail.attack(name)
            // SIGSYS; or the machine has no such gate at all.
            #expect(answer == ["signal 31"] || answer == ["ENOSYS"])
        }
    }

    @Test func `Nothing that is mounted can be taken away, and nothing new comes`() async throws {
        try await jailed(filter: false) { jail, workspace in
            for path in ["/proc", "/tmp", workspace.path, "/usr/bin/cat"] {
                let answer = try await jail.attack("unmount", path)
                #expect(answer == ["EPERM"], "\(path)")
            }
        }
    }
}
