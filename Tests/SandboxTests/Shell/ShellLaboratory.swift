import LinuxSystem
import Sandbox
import TestSupport

/// A folder in which the real bash runs scripts, and finds no program but stubs that note how they were called.
struct ShellLaboratory {
    let folder: String
    static let bash = "/bin/bash"
    static let names = ["a", "b", "c", "d", "rm", "cat", "ls", "touch", "grep", "curl", "true-program"]
    /// Real ones, which start others and do nothing else.
    static let wrappers = [
        "env", "nice", "nohup", "timeout", "setsid", "stdbuf", "xargs", "find", "bash", "sh", "flock",
    ]

    init(_ folder: String) throws {
        self.folder = folder
        try File.makeDirectories("\(folder)/bin")
        try File.makeDirectories("\(folder)/work")
        let stub = """
            #!/bin/sh
            printf '%s\\037' "${0##*/}" "$@" '\u{1e}' >> '\(folder)/log'
            echo "$1"
            """
        for name in Self.names { try File.writeAtomically("\(folder)/bin/\(name)", Array(stub.utf8), mode: 0o700) }
        for name in Self.wrappers {
            guard let path = Program.find(name, path: "/usr/bin:/bin") else { continue }
            let pass = "#!/bin/bash\nexec '\(path)' \"$@\"\n"
            try File.writeAtomically("\(folder)/bin/\(name)", Array(pass.utf8), mode: 0o700)
        }
    }

    private func bash(_ arguments: [String]) throws -> Int32 {
        let null = try Descriptor.open("/dev/null", .readOnly)
        let out = try Descriptor.open("/dev/null", .writeOnly)
        let launch = ProgramLaunch(
            path: Self.bash, arguments: ["--norc", "--noprofile"] + arguments,
            environment: ["PATH": "\(folder)/bin", "HOME": "\(folder)/work", "LC_ALL": "C.UTF-8"],
            directory: "\(folder)/work", newSession: true)
        // Everything that the script leaves behind holds the pipe: it is over when nobody does.
        var pipe = try Descriptor.pipe()
        let child = try ChildProcess(launch, descriptors: [null.raw, out.raw, out.raw, pipe.writing.raw])
        pipe.writing = try Descriptor.open("/dev/null", .writeOnly)
        let code = try child.wait()
        var room = [UInt8](repeating: 0, count: 64)
        while let count = try room.withUnsafeMutableBytes({ raw throws(SystemError) in try pipe.reading.read(into: raw)
        }),
            count > 0
        {}
        return code
    }

    func accepts(_ script: String) throws -> Bool { try bash(["-n", "-c", script]) == 0 }

    /// The programs that really ran, each with its name and arguments.
    func run(_ script: String) throws -> [[String]] {
        try File.writeAtomically("\(folder)/log", [])
        // What runs in the background is waited for, unless the script is over before.
        _ = try bash(["-c", script + "\nwait"])
        let log = try File.readText("\(folder)/log")
        return log.split(separator: "\u{1e}\u{1f}").map { call in
            call.split(separator: "\u{1f}", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }
}

extension ShellProgram {
    /// Whether the tree says that this may run.
    func covers(_ call: [String]) -> Bool {
        everyRun.contains { run in
            if run.isUnknown { return true }
            switch run.kind {
            case .program, .function(_, isCertain: false): break
            default: return false
            }
            guard run.name?.split(separator: "/").last.map(String.init) == call[0] else { return false }
            return Self.match(run.words.dropFirst(), call.dropFirst())
        }
    }

    private static func match(_ words: ArraySlice<ShellValue>, _ real: ArraySlice<String>) -> Bool {
        guard let word = words.first else { return real.isEmpty }
        switch word {
        case .known(let text): return real.first == text && match(words.dropFirst(), real.dropFirst())
        case .unknown(let unknown):
            if !unknown.mayBeSeveral { return !real.isEmpty && match(words.dropFirst(), real.dropFirst()) }
            return (0...real.count).contains { match(words.dropFirst(), real.dropFirst($0)) }
        }
    }
}
