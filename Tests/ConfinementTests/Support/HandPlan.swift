import Confinement
import LinuxSystem
import Sandbox
import TestSupport

/// A plan as a policy would become one, written by hand: some programs with their libraries, one workspace.
enum HandPlan {
    // `readable`: to be looked at, and not to be run. `filter`: false, to see what holds without it.
    static func make(
        _ programs: [String], workspace: Workspace, readable: [String] = [], filter: Bool = true
    ) throws -> JailPlan {
        var plan = JailPlan()
        if filter {
            let filter = try SeccompFilter(.default)
            plan.filter = filter.bytes
            plan.reporting = filter.reporting
        }
        plan.view = [
            .directory(path: "/usr/bin", mode: 0o755), .directory(path: "/usr/lib", mode: 0o755),
            .directory(path: "/usr/lib64", mode: 0o755), .directory(path: "/etc", mode: 0o755),
            .link(path: "/bin", to: "usr/bin"), .link(path: "/lib", to: "usr/lib"),
            .link(path: "/lib64", to: "usr/lib64"),
            .file(path: "/etc/passwd", bytes: Array("agent:x:1000:1000::/:/bin/sh\n".utf8)),
        ]
        plan.view += ViewStep.Device.allCases.map { .device($0) }
        plan.rules = ViewStep.Device.allCases.map { PathRule("/dev/\($0.rawValue)", [.readFiles, .writeFiles]) }
        plan.rules.append(PathRule("/usr", .read))
        plan.rules.append(PathRule("/etc", .read))
        var placed: Set<String> = []
        for program in programs {
            // `sh` and its like are links: the name that is asked for leads to the file that is meant.
            for path in [program] + (try closure(of: realPath(program))) {
                let target = merged(path)
                if !placed.insert(target).inserted { continue }
                plan.view.append(.bind(source: realPath(path), target: target, .executable, expected: nil))
                plan.rules.append(PathRule(target, [.readFiles, .execute]))
            }
        }
        for target in readable.map(merged) where placed.insert(target).inserted {
            plan.view.append(.bind(source: realPath(target), target: target, .readable, expected: nil))
            plan.rules.append(PathRule(target, .read))
        }
        plan.view.append(.bind(source: workspace.path, target: workspace.path, .writable, expected: nil))
        plan.rules.append(PathRule(workspace.path, [.read, .change]))
        plan.freshFolders = ["/tmp", "/dev/shm"].map { FreshFolder(path: $0, bytes: 16 << 20, inodes: 1024) }
        plan.rules += plan.freshFolders.map { PathRule($0.path, [.read, .change]) }
        plan.rules.append(PathRule("/proc", .read))
        plan.required = [.userNamespace, .mountNamespace, .pidNamespace, .networkNamespace, .landlock]
        if filter { plan.required.insert(.seccomp) }
        return plan
    }

    /// Read once for all tests: it is most of what a plan costs.
    static func closure(of program: String) throws -> [String] {
        if let known = closures.value[program] { return known }
        let found = try ELFFile.closure(of: program)
        closures.change { $0[program] = found }
        return found
    }

    private static let closures = Shared<[String: [String]]>([:])

    /// Where a path leads on a system whose /bin and /lib are links into /usr.
    static func merged(_ path: String) -> String {
        ["/bin/", "/lib/", "/lib64/"].contains(where: path.hasPrefix) ? "/usr" + path : path
    }
}
