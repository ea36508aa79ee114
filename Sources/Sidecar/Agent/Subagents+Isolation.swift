internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime

extension Subagents {
    /// In a worktree of its own: with the same policy, in which `${workspace}` is that worktree, and so in jails of its own.
    func isolated(_ order: SubagentOrder, _ host: ToolHost) async -> SubagentReport {
        let (workspace, state) = (host.settings.variables.workspace.text, host.settings.stateFolder)
        let name = ToolHost.freshName()
        let worktree: Worktree
        switch await blocking({ () throws(CheckpointError) in
            try Worktree.make(name, of: workspace, stateFolder: state)
        }) {
        case .success(let made): worktree = made
        case .failure(let error):
            return SubagentReport(
                .failed, code: "no_worktree", text: "The agent cannot have a worktree of its own: \(error).")
        }
        var report: SubagentReport
        do throws(SystemError) {
            guard let folder = SystemHost().resolve(worktree.path) else {
                throw SystemError(call: "open", code: SystemError.notFound, subject: worktree.path)
            }
            let own = try ToolHost(host.settings.inFolder(folder), on: loop, after: host)
            own.subagents = self
            report = await run(order, own, definitionsOf: workspace)
            await own.close()
        } catch {
            report = SubagentReport(.failed, code: "system", text: "The agent's tools cannot run: \(error)")
        }
        return await finished(report, worktree)
    }

    /// What it has changed stays for whoever asked; a worktree without changes goes.
    private func finished(_ report: SubagentReport, _ worktree: Worktree) async -> SubagentReport {
        var report = report
        let isChanged = await blocking { () throws(CheckpointError) in try worktree.isChanged() }
        if case .success(false) = isChanged {
            _ = await blocking { () throws(CheckpointError) in try worktree.remove() }
            report.text += "\n[It worked in a worktree, changed nothing there, and the worktree is gone.]"
            return report
        }
        report.structured["worktree"] = .string(worktree.path)
        report.structured["branch"] = .string(worktree.branch)
        report.text +=
            "\n[It worked in the worktree \(worktree.path), on the branch \(worktree.branch): its changes are there.]"
        return report
    }

    private func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(CheckpointError) -> Value
    ) async -> Result<Value, CheckpointError> {
        let result: Result<Value, CheckpointError>? = try? await pool.run { Result(catching: body) }
        return result ?? .failure(CheckpointError(message: "too much waits already"))
    }
}
