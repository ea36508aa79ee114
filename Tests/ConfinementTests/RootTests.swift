import Confinement
import Glibc
import LinuxSystem
import Testing

/// Who runs as root runs tools as somebody else, who can work in root's workspace all the same.
@Suite(.enabled(if: Host.canJail && getuid() == 0, "only root can give root up"), .timeLimit(.minutes(2)))
struct RootTests {
    private func rootsWorkspace(_ workspace: Workspace, _ plan: inout JailPlan) throws {
        try workspace.write("mine", "root's\n", mode: 0o600)
        try workspace.write("nobodys", "nobody's\n", mode: 0o600)
        chown(workspace.path + "/mine", 0, 0)
        chown(workspace.path, 0, 0)
        chmod(workspace.path, 0o700)
        plan.user.exchanged = [workspace.path]
    }

    private func owner(_ path: String) -> UInt32 {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_uid : .max
    }

    @Test func `Root's files are the jail's user's inside, and what is made there is root's`() async throws {
        try await jailed(prepare: rootsWorkspace) { jail, workspace in
            #expect(jail.zygote.outsideUser == JailPlan.User.nobody)
            let ran = try await jail.shell(
                "id -u; cat mine; echo more >> mine; echo new > new; mkdir folder; mv new folder; cat nobodys",
                in: workspace.path)
            #expect(ran.output == "1000\nroot's\n", "\(ran.errors)")
            #expect(workspace.text("mine") == "root's\nmore\n" && workspace.text("folder/new") == "new\n")
            #expect(owner(workspace.path + "/folder/new") == 0 && owner(workspace.path + "/folder") == 0)
            // Not even through the exchange does anybody get root's rights.
            let bits = try await jail.shell("cp /usr/bin/id x; chmod 4755 x; chown 0 x", in: workspace.path)
            #expect(bits.errors.contains("not permitted"))
            var status = stat()
            lstat(workspace.path + "/x", &status)
            #expect(status.st_mode & (S_ISUID | S_ISGID) == 0)
        }
    }

    @Test func `Without the exchange it is refused, and not as root`() async throws {
        await #expect(throws: ZygoteError.stepFailed(.buildView, code: EACCES, subject: "")) {
            try await Workspace.with { workspace in
                var plan = try HandPlan.make(commonTools, workspace: workspace)
                try rootsWorkspace(workspace, &plan)
                plan.user.exchanged = []
                plan.view.append(.pin(path: workspace.path + "/x"))
                do {
                    try await JailUnderTest.with(plan) { _ in }
                } catch ZygoteError.stepFailed(let step, let code, _) {
                    throw ZygoteError.stepFailed(step, code: code, subject: "")
                }
            }
        }
    }

    @Test func `Where the jail's user can make nothing, nothing has to be kept from coming to be`() async throws {
        try await jailed(prepare: { workspace, plan in
            try workspace.write("seen", "all may read\n", mode: 0o644)
            chown(workspace.path, 0, 0)
            chmod(workspace.path, 0o755)
            plan.view += [.reserve(path: workspace.path + "/.env", .folder), .provide(path: workspace.path + "/build")]
        }) { jail, workspace in
            let ran = try await jail.shell("cat seen; ls -A; mkdir .env; chmod 777 .", in: workspace.path)
            #expect(ran.output == "all may read\nseen\n", "\(ran.errors)")
            #expect(ran.errors.contains("ermission denied") && ran.errors.contains("not permitted"))
            #expect(!File.exists(workspace.path + "/.env") && !File.exists(workspace.path + "/build"))
        }
    }

    @Test func `Whoever owns the workspace is who runs are outside`() async throws {
        try await jailed(prepare: { workspace, plan in
            chown(workspace.path, 4321, 4321)
            plan.user.outside = 4321
            plan.user.outsideGroup = 4321
        }) { jail, workspace in
            #expect(jail.zygote.outsideUser == 4321)
            let ran = try await jail.shell(
                "echo x > file; grep -h ^Uid /proc/self/status || cat /proc/self/status", in: workspace.path)
            #expect(owner(workspace.path + "/file") == 4321)
            #expect(ran.output.contains("1000"))
        }
    }
}
