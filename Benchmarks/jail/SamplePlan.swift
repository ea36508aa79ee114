import Confinement
import LinuxSystem
import Sandbox
import TestSupport

/// A jail as a developer's policy would make it: all of /usr to read, a score of programs to run, a workspace in which what
/// git and agents obey is protected.
enum SamplePlan {
    static let programs = [
        "bash", "cat", "chmod", "cp", "cut", "env", "find", "git", "grep", "head", "ls", "mkdir", "mv", "rm", "sed", "sleep",
        "sort", "tail", "tar", "touch", "true", "wc", "xargs",
    ].map { "/usr/bin/\($0)" }

    /// The same, and `git push` is denied.
    static func judging(_ plan: JailPlan) throws -> JailPlan {
        var plan = plan
        if let path = NormalPath(resolved("/usr/bin/git")), let git = SystemHost().file(path) {
            let rules = [
                ArgumentRule(number: 0, denies: true, .inOrder(["push"], open: true)),
                ArgumentRule(number: 1, denies: false, .any),
            ]
            let file = ExpectedFile(device: git.device, inode: git.inode)
            plan.programRules = [ProgramRules(file: file, name: "git", rules: rules)]
        }
        return plan
    }

    /// The same, and refused calls are not reported.
    static func silent(_ plan: JailPlan) -> JailPlan {
        var plan = plan
        plan.reporting = CallReporting()
        return plan
    }

    static func make(workspace: String) throws -> JailPlan {
        var plan = JailPlan()
        let filter = try SeccompFilter(.default)
        plan.filter = filter.bytes
        plan.reporting = filter.reporting
        plan.workerFilter = try SeccompFilter(workerDenying: []).bytes
        plan.view = [
            .link(path: "/bin", to: "usr/bin"), .link(path: "/lib", to: "usr/lib"), .link(path: "/lib64", to: "usr/lib64"),
            .bind(source: "/usr", target: "/usr", .readable, expected: nil),
            // Without it the loader looks for each library in a score of folders.
            .bind(source: "/etc/ld.so.cache", target: "/etc/ld.so.cache", .readable, expected: nil),
            .file(path: "/etc/passwd", bytes: Array("agent:x:1000:1000::/:/bin/sh\n".utf8)),
        ]
        plan.view += ViewStep.Device.allCases.map { .device($0) }
        plan.rules = ViewStep.Device.allCases.map { PathRule("/dev/\($0.rawValue)", [.readFiles, .writeFiles]) }
        plan.rules += ["/usr", "/etc", "/proc"].map { PathRule($0, .read) }
        var placed: Set<String> = []
        for program in programs where File.exists(program) {
            for path in [program] + (try ELFFile.closure(of: program)) {
                let file = resolved(path)
                if !placed.insert(file).inserted { continue }
                plan.view.append(.bind(source: file, target: file, .executable, expected: nil))
                plan.rules.append(PathRule(file, [.readFiles, .execute]))
            }
        }
        plan.view.append(.bind(source: workspace, target: workspace, .writable, expected: nil))
        plan.view += [".git", ".git/hooks", ".git/config"].map {
            $0 == ".git" ? .pin(path: "\(workspace)/\($0)") : .protect(path: "\(workspace)/\($0)")
        }
        plan.view += [
            .reserve(path: "\(workspace)/.mcp.json", .file(bytes: [])), .reserve(path: "\(workspace)/.claude", .folder),
        ]
        plan.freshFolders = ["/tmp", "/dev/shm"].map { FreshFolder(path: $0, bytes: 64 << 20, inodes: 4096) }
        plan.rules += ([workspace] + plan.freshFolders.map(\.path)).map { PathRule($0, [.read, .change]) }
        plan.user.exchanged = [workspace]
        return plan
    }

    /// Where a path of a merged system leads: links in its folders, and its last part as often as it is one.
    private static func resolved(_ path: String) -> String {
        var path = merged(path)
        while let target = try? File.linkTarget(path) {
            let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
            path = merged(target.hasPrefix("/") ? target : folder + target)
        }
        return path
    }

    private static func merged(_ path: String) -> String {
        ["/bin/", "/lib/", "/lib64/"].contains(where: path.hasPrefix) ? "/usr" + path : path
    }
}
