import Confinement
import Sandbox
import Testing

@Suite struct DenialReaderTests {
    private func denials(_ text: String, _ policy: String = DenialReaderTests.policy) throws -> [RunDenial] {
        var machine = ImaginedMachine.debian
        machine.file("/home/me/.ssh/id")
        machine.program("/home/me/.ssh/is")
        machine.file("/work/.mcp.json")
        machine.file("/work/script", "#!/usr/bin/perl -w\nprint 1;\n")
        let reader = DenialReader(
            try Sample.policy(policy), tool: "Bash", variables: Sample.variables, host: machine,
            folder: Sample.variables.workspace)
        return reader.denials(in: text)
    }

    private static let policy = """
        filesystem:
          read: [/usr/lib]
          write: ["${workspace}"]
          deny: [{ path: "${workspace}/.mcp.json", only: write }]
        commands: { allow: [ls] }
        """

    @Test(arguments: [
        "bash: line 1: perl: command not found", "sh: 1: perl: not found", "env: 'perl': No such file or directory",
        "find: ‘perl’: No such file or directory", "make: perl: No such file or directory",
        "bash: line 1: /usr/bin/perl: Permission denied", "/bin/bash: /usr/bin/perl: No such file or directory",
        "FileNotFoundError: [Errno 2] No such file or directory: '/usr/bin/perl'",
        "PermissionError: [Errno 13] Permission denied: 'perl'", "Error: spawnSync /usr/bin/perl ENOENT",
        "Error: spawn perl EACCES", "bash: line 1: ./script: cannot execute: required file not found",
        "/usr/bin/perl: error while loading shared libraries: /usr/bin/perl: cannot open shared object file",
    ])
    func aProgramThatIsNotGranted(_ text: String) throws {
        let denial = try #require(try denials(text).first)
        #expect(denial.layer == .exec)
        #expect(denial.rule == "commands.allow")
        #expect(denial.suggestion?.contains("perl") == true)
    }

    /// Who is in the jail may write any message. It must not learn from the answer what is on the host.
    @Test(arguments: [
        "cat: @: No such file or directory", "cat: @: Permission denied", "bash: line 1: @: No such file or directory",
        "cp: cannot create regular file '@': Read-only file system",
        "bash: line 1: @: command not found", "bash: @: cannot execute: required file not found",
        "mkdir: cannot create directory '@/x': No such file or directory",
    ])
    func whatIsHiddenIsNotToldApart(_ message: String) throws {
        let there = try denials(message.replacing("@", with: "/home/me/.ssh/id"))
        let absent = try denials(message.replacing("@", with: "/home/me/.ssh/ix"))
        let script = try denials(message.replacing("@", with: "/home/me/.ssh/is"))
        func told(_ denials: [RunDenial], _ name: String) -> [String] {
            denials.map { "\($0)".replacing(".ssh/\(name)", with: "@") }
        }
        #expect(told(there, "id") == told(absent, "ix"))
        #expect(told(script, "is") == told(absent, "ix"))
    }

    @Test(arguments: [
        ("rm: cannot remove 'build': Device or resource busy", "filesystem.execute[0]", "it can be emptied"),
        ("Error: EBUSY: resource busy or locked, rmdir '/work/build'", "filesystem.execute[0]", "it can be emptied"),
        ("mv: cannot move 'out' to 'old': Device or resource busy", "filesystem.execute[1]", "holds /work/out/bin"),
        ("rm: cannot remove '.mcp.json': Device or resource busy", "filesystem.deny[0]", "denied"),
    ])
    func whatIsAMountOfTheJail(_ text: String, _ rule: String, _ words: String) throws {
        let policy = """
            filesystem:
              write: ["${workspace}"]
              execute: ["${workspace}/build/", "${workspace}/out/bin"]
              deny: [{ path: "${workspace}/.mcp.json", only: write }]
            """
        let denial = try #require(try denials(text, policy).first)
        #expect(denial.layer == .filesystem)
        #expect(denial.rule == rule)
        #expect(denial.detail.contains(words))
        #expect(try denials("rm: cannot remove 'src': Device or resource busy", policy).isEmpty)
    }

    @Test func aSocketThatNobodyMayHave() throws {
        let text = "dial unix /run/docker.sock: socket: address family not supported by protocol"
        #expect(try denials(text).first?.suggestion == "syscalls:\n  allow: [socket]")
        #expect(try denials(text).first?.layer == .syscall)
    }

    @Test(arguments: [
        "bash: line 1: nonesuch: command not found", "ls: cannot access 'gone': No such file or directory",
        "bash: line 1: ls: command not found", "all is well", "", ": command not found",
    ])
    func whatIsNoDenial(_ text: String) throws { #expect(try denials(text).isEmpty) }

    @Test func filesThatAreNotGranted() throws {
        let text = """
            cat: /home/me/.ssh/id: No such file or directory
            bash: line 2: .mcp.json: Read-only file system
            touch: cannot touch '/usr/lib/x': Permission denied
            """
        let found = try denials(text)
        #expect(found.map(\.rule) == ["filesystem.read", "filesystem.deny[0]", "filesystem.write"])
        #expect(found.map(\.layer) == [.filesystem, .filesystem, .filesystem])
        #expect(found[1].place?.line == 5)
    }

    /// What was copied is not to blame for where it was to go; a folder that may not come to be is.
    @Test(arguments: [
        "fatal: cannot copy '/usr/lib/a' to '/work/.vscode/a': Permission denied",
        "fatal: cannot copy '/usr/lib/a' to '/work/.vscode/a': Read-only file system",
        "cp: cannot create regular file '.vscode/a': Read-only file system",
    ])
    func whereACopyWasToGo(_ text: String) throws {
        let policy = """
            filesystem:
              read: [/usr/lib]
              write: ["${workspace}"]
              deny: [{ path: "${workspace}/.vscode/tasks.json", only: write }]
            """
        let found = try denials(text, policy)
        #expect(found.map(\.rule) == ["filesystem.deny[0]"])
        #expect(found.first?.detail.contains("/work/.vscode/a cannot come to be: /work/.vscode is a folder") == true)
        #expect(found.first?.suggestion == nil && found.first?.place?.line == 5)
    }

    @Test func theSystemsOwnFilesAreNotOffered() throws {
        let found = try denials("touch: cannot touch '/usr/lib/x': Permission denied")
        #expect(found.map(\.rule) == ["filesystem.write"] && found.first?.suggestion == nil)
    }

    /// Behind the reason, as Python and Node have it.
    @Test(arguments: [
        ("PermissionError: [Errno 13] Permission denied: '/home/me/.ssh/id'", "filesystem.read"),
        ("OSError: [Errno 30] Read-only file system: '/work/.mcp.json'", "filesystem.deny[0]"),
        ("Error: ENOENT: no such file or directory, open '/home/me/.ssh/id'", "filesystem.read"),
        ("Error: EACCES: permission denied, open '/home/me/.ssh/id'", "filesystem.read"),
        ("Error: EROFS: read-only file system, open '.mcp.json'", "filesystem.deny[0]"),
        ("IsADirectoryError: [Errno 21] Is a directory: '.mcp.json'", "filesystem.deny[0]"),
        ("bash: line 1: .mcp.json: Is a directory", "filesystem.deny[0]"),
    ])
    func filesThatAreNamedBehindTheReason(_ text: String, _ rule: String) throws {
        #expect(try denials(text).map(\.rule) == [rule])
    }

    /// A shell that redirects into what it does not see.
    @Test func filesThatWereToBeMade() throws {
        let found = try denials(
            "bash: line 1: /home/me/new: No such file or directory\ncat: /work/gone: No such file or directory")
        #expect(found.map(\.rule) == ["filesystem.write"])
        #expect(found.first?.suggestion == "filesystem:\n  write: [\"${home}\"]")
    }

    /// The jail has named the program with its arguments; that it could not be executed adds nothing.
    @Test func whatTheJailHasSaidIsNotSaidAgain() throws {
        let text = "bash: line 1: /usr/bin/perl: Permission denied"
        let reader = DenialReader(
            try Sample.policy(Self.policy), tool: "Bash", variables: Sample.variables, host: ImaginedMachine.debian,
            folder: Sample.variables.workspace,
            refused: [RefusedProgram(program: "/usr/bin/perl", arguments: ["perl", "-e", "1"], rule: nil)])
        #expect(reader.denials(in: text).isEmpty)
    }

    @Test func noNetwork() throws {
        for text in [
            "curl: (6) Could not resolve host: example.org",
            "curl: (7) Failed to connect to 192.0.2.1 port 443: Permission denied",
            "Error: connect EACCES 192.0.2.1:443 - Local (0.0.0.0:0)", "Error: getaddrinfo EAI_AGAIN example.org",
            "    sock.connect(sa)\nPermissionError: [Errno 13] Permission denied",
        ] {
            #expect(try denials(text).map(\.layer) == [.network], "\(text)")
        }
        #expect(try denials("connect: Network is unreachable", "network: { allow: [\"a.example:443\"] }").isEmpty)
    }

    /// What a run writes costs it nothing, and judging a word costs the host: thousands of words are not judged.
    @Test func `Words without end are not all looked up`() throws {
        let words = (0..<10_000).map { "'q\($0)'" }.joined()
        let phrases = ": permission denied, read-only file system, is a directory, device or resource busy, enoent"
        let host = CountingHost()
        for text in [
            words + phrases, Array(repeating: "ls: cannot open 'a'" + phrases, count: 5000).joined(separator: "\n"),
        ] {
            let reader = DenialReader(
                try Sample.policy(Self.policy), tool: "Bash", variables: Sample.variables, host: host,
                folder: Sample.variables.workspace)
            _ = reader.denials(in: text)
        }
        #expect(host.count < 20_000, "\(host.count)")
    }

    /// A link that lies in what is hidden is no link, and a file no file, whatever a message says.
    @Test(arguments: [
        "ls: cannot open directory '/srv/link': Permission denied", "bash: line 1: /work/link: Permission denied",
        "bash: line 1: /tmp/mine: cannot execute: required file not found",
        "bash: line 1: /tmp/mine: No such file or directory", "cat: /proc/7/cwd: Permission denied",
    ])
    func `What is hidden, and where it leads, is told by no answer`(_ text: String) throws {
        func answers(_ prepare: (inout ImaginedMachine) -> Void) throws -> [RunDenial] {
            var machine = ImaginedMachine.debian
            machine.link("/work/link", to: "/srv/link")
            prepare(&machine)
            let policy = """
                filesystem:
                  read: [/usr/lib]
                  write: ["${workspace}", "${tmp}"]
                commands: { allow: [ls] }
                """
            return DenialReader(
                try Sample.policy(policy), tool: "Bash", variables: Sample.variables, host: machine,
                folder: Sample.variables.workspace
            ).denials(in: text)
        }
        let without = try answers { _ in }
        let with = try answers { machine in
            machine.link("/srv/link", to: "/usr/lib/secret-project")
            machine.file("/usr/lib/secret-project")
            machine.file("/tmp/mine", "#!/usr/bin/perl")
            machine.link("/proc/7/cwd", to: "/usr/lib/secret-project")
        }
        #expect(without == with)
        #expect(!with.contains { $0.detail.contains("secret-project") })
    }

    @Test func eachOnceAndNotTooMany() throws {
        #expect(try denials("x: perl: not found\nx: perl: not found").count == 1)
    }
}

extension CountingHost: PlanHost {
    func file(_ path: NormalPath) -> HostFile? { nil }
    func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? { nil }
    func entries(of folder: NormalPath) -> [HostEntry]? { nil }
    func isStandIn(_ path: NormalPath) -> Bool { false }
}
