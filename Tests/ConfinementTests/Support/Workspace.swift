import Glibc
import LinuxSystem

/// A folder that belongs to whoever runs are outside of the jail, removed afterwards with all that is in it.
struct Workspace: Sendable {
    let path: String

    static func with<Result>(_ body: (Workspace) async throws -> Result) async throws -> Result {
        var template = Array(
            "\(realPath(LinuxSystem.ProcessInfo.environment("TMPDIR") ?? "/tmp"))/jail-XXXXXX".utf8CString)
        guard let path = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) else {
            throw SystemError(call: "mkdtemp", code: errno)
        }
        let workspace = Workspace(path: String(cString: path))
        workspace.give(workspace.path)
        defer { remove(tree: workspace.path) }
        return try await body(workspace)
    }

    /// Makes a file with those folders above it that are missing.
    func write(_ name: String, _ text: String = "", mode: mode_t = 0o644) throws {
        let parts = name.split(separator: "/")
        for end in 1..<parts.count { try folder(parts[..<end].joined(separator: "/")) }
        let file = "\(path)/\(name)"
        try File.writeAtomically(file, Array(text.utf8))
        chmod(file, mode)
        give(file)
    }

    func folder(_ name: String) throws {
        let folder = "\(path)/\(name)"
        if mkdir(folder, 0o755) != 0 && errno != EEXIST { throw SystemError(call: "mkdir", code: errno) }
        give(folder)
    }

    func copy(_ file: String, as name: String) throws {
        let copy = "\(path)/\(name)"
        try File.writeAtomically(copy, try File.read(file))
        chmod(copy, 0o755)
        give(copy)
    }

    func exists(_ name: String) -> Bool { File.exists("\(path)/\(name)") }
    func text(_ name: String) -> String? { try? File.readText("\(path)/\(name)") }

    /// Takes one away, shows the other in its place, and puts everything back.
    func swap(_ one: String, _ other: String) {
        rename("\(path)/\(one)", "\(path)/away")
        rename("\(path)/\(other)", "\(path)/\(one)")
        rename("\(path)/\(one)", "\(path)/\(other)")
        rename("\(path)/away", "\(path)/\(one)")
    }

    private func give(_ path: String) {
        if getuid() == 0 { lchown(path, 65534, 65534) }
    }
}

func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}

private func remove(tree path: String) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        chmod(path, 0o700)
        for name in (try? Directory.entries(path)) ?? [] { remove(tree: "\(path)/\(name)") }
        rmdir(path)
    } else {
        unlink(path)
    }
}
