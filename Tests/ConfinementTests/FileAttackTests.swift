import Confinement
import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct FileAttackTests {
    @Test func `No file gets rights that outlive the jail`() async throws {
        try await jailed { jail, workspace in
            try workspace.write("file")
            #expect(try await jail.attack("set-user-bit", workspace.path + "/file") == ["EPERM"])
            #expect(try await jail.attack("made-with-user-bit", workspace.path + "/new") == ["EPERM"])
            #expect(try await jail.attack("moded-by-pointer", workspace.path + "/newer") == ["ENOSYS"])
            #expect(try await jail.attack("device", workspace.path + "/disk") == ["EPERM"])
            #expect(!workspace.exists("new") && !workspace.exists("newer") && !workspace.exists("disk"))
        }
    }

    @Test func `Nothing runs out of memory or out of the workspace`() async throws {
        try await jailed { jail, workspace in
            try workspace.copy("/usr/bin/true", as: "own")
            let own = workspace.path + "/own"
            #expect(try await jail.attack("memory-program", own) == ["EACCES"])
            #expect(try await jail.attack("sealed-memory-program", own) == ["EACCES"])
            #expect(try await jail.attack("mapped-code", own) == ["EPERM"])
            // The same of a program that is granted, to see that the attack works.
            #expect(try await jail.attack("mapped-code", "/usr/bin/true") == ["worked"])
        }
    }

    @Test(arguments: [true, false]) func `Sockets of the host cannot be reached, by name or by path`(
        _ filter: Bool
    ) async throws {
        try await Workspace.with { outside in
            let path = outside.path + "/socket"
            let (byPath, byName) = (
                socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0), socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            )
            defer {
                close(byPath)
                close(byName)
            }
            let name = "jail-test-\(getpid())-\(filter)"
            try #require(listen(byPath, at: path, isAbstract: false) && listen(byName, at: name, isAbstract: true))
            chmod(path, 0o777)
            try await jailed(filter: filter) { jail, _ in
                let expected = filter ? [["EAFNOSUPPORT"], ["EAFNOSUPPORT"]] : [["ENOENT"], ["ECONNREFUSED"]]
                #expect(try await jail.attack("path-socket", path) == expected[0])
                let answer = try await jail.attack("abstract-socket", name)
                #expect(answer == expected[1] || answer == ["EPERM"])
            }
        }
    }

    private func listen(_ fd: Int32, at name: String, isAbstract: Bool) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let start = isAbstract ? 1 : 0
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            for (index, byte) in name.utf8.enumerated() { room[start + index] = byte }
        }
        let length = socklen_t(2 + start + name.utf8.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(fd, $0, length) }
        }
        return bound == 0 && Glibc.listen(fd, 1) == 0
    }

    @Test func `Private folders end with the run, and have an end`() async throws {
        try await jailed { jail, _ in
            let filled = try await jail.attack("fill", "/tmp/big")
            #expect(filled.last == "ENOSPC" && filled.first?.hasSuffix("MiB") == true)
            let after = try await jail.shell("ls -A /tmp/big /dev/shm; echo x > /dev/shm/x && cat /dev/shm/x")
            #expect(after.output == "/dev/shm:\nx\n")
        }
    }

    @Test func `A file has the size that the limits say, and no more`() async throws {
        try await jailed { jail, workspace in
            var limits = RunLimits()
            limits.fileBytes = 3 << 20
            let answer = try await jail.attack("fill", workspace.path + "/big", limits: limits)
            #expect(answer == ["signal \(SIGXFSZ)"])
            #expect(try File.status(workspace.path + "/big").size == 3 << 20)
        }
    }

    @Test func `The host's processes, settings and files are not there`() async throws {
        try await jailed { jail, _ in
            let ran = try await jail.shell(
                """
                for path in /proc/1/environ /proc/1/root/etc /proc/1/mem /proc/sys /proc/kcore /sys /root /home /run /dev/tty \
                    /dev/ptmx /etc/shadow /proc/sysrq-trigger /proc/\(getpid())/environ; do
                    cat $path/ > /dev/null 2>&1 || cat $path > /dev/null 2>&1 && echo reached $path
                    ls $path/* > /dev/null 2>&1 && echo listed $path
                done
                ls /proc | head -n 40
                """)
            #expect(!ran.output.contains("reached") && !ran.output.contains("listed"))
            // Its own processes and no others, numbered from one; the first is not even shown.
            let numbers = ran.output.split(separator: "\n").compactMap { Int($0) }
            #expect(!numbers.isEmpty && numbers.allSatisfy { $0 < 100 && $0 != 1 })
        }
    }

    @Test func `A folder that is swapped for a link while the jail starts leads nowhere else`() async throws {
        try await Workspace.with { around in
            try around.folder("real")
            symlink("/etc", around.path + "/link")
            let inside = Workspace(path: around.path + "/real")
            let plan = try HandPlan.make(["/usr/bin/ls"], workspace: inside)
            let stopping = Shared(false)
            let swapper = try Thread(name: "swapper") { while !stopping.value { around.swap("real", "link") } }
            var started = 0
            var wrong: [String] = []
            for _ in 0..<20 {
                do {
                    started += try await JailUnderTest.with(plan) { jail in
                        let ran = try await jail.run(JailRun(program: "/usr/bin/ls", arguments: ["ls", inside.path]))
                        return ran.outcome.end == .exited(0) && ran.output == "" ? 1 : 0
                    }
                } catch let error as ZygoteError {
                    guard case .stepFailed(_, let code, _) = error, [ELOOP, ENOENT, ENOTDIR].contains(code) else {
                        wrong.append(error.description)
                        continue
                    }
                }
            }
            stopping.set(true)
            swapper.join()
            #expect(wrong.isEmpty)
            #expect(started > 0)
        }
    }
}
