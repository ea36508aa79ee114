package import LinuxSystem
package import ToolRuntime

/// The tools, for the gateways of all event loops: one host, on the loop of the whole program, so that there is one jail
/// for all of them and two calls never change one file at a time.
package final class ToolDoor: @unchecked Sendable {
    private let loop: EventLoop
    /// All that is touched on `loop` only.
    private var settings: ToolHostSettings
    private var host: ToolHost?
    /// Those of settings that were replaced, for as long as something of theirs runs.
    private var retired: [ToolHost] = []
    private var isOver = false
    /// Who runs agents for Task; set before the first call.
    package var subagents: (any SubagentRunner)?

    package init(_ settings: ToolHostSettings, on loop: EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    package struct Unusable: Error { package let reason: String }

    /// From any loop; the answer comes back there. Cancelling the task ends what runs.
    package func run(_ call: ToolCall) async throws(Unusable) -> ToolResult {
        let task = Task(executorPreference: loop) { [self] in
            do throws(Unusable) {
                return Result<ToolResult, Unusable>.success(try await open().run(call))
            } catch {
                return .failure(error)
            }
        }
        return try await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }.get()
    }

    package func metrics() async -> ToolMetrics {
        await loop.call { [self] in host?.metrics ?? ToolMetrics() }
    }

    /// Ends all that runs.
    package func stop() async {
        await Task(executorPreference: loop) { [self] in
            isOver = true
            for old in retired { await old.stop() }
            await host?.stop()
            (host, retired) = (nil, [])
        }.value
    }

    /// Calls that come from now on are under these; those that are under way end as they began.
    package func change(_ fresh: ToolHostSettings) {
        loop.assertOnLoop()
        settings = fresh
        retired = retired.filter { !$0.isSpent }
        guard let old = host, !isOver else { return }
        do throws(SystemError) {
            let new = try ToolHost(fresh, on: loop, after: old)
            new.subagents = subagents
            host = new
            old.retire()
            retired.append(old)
        } catch {
            // The next call tries again, and says what is wrong.
            host = nil
            old.retire()
            retired.append(old)
        }
    }

    /// Made at the first call: who never calls a tool pays for nothing.
    private func open() throws(Unusable) -> ToolHost {
        loop.assertOnLoop()
        if let host { return host }
        if isOver { throw Unusable(reason: "the sidecar is stopping") }
        do throws(SystemError) {
            let fresh = try ToolHost(settings, on: loop)
            fresh.subagents = subagents
            host = fresh
            return fresh
        } catch {
            throw Unusable(reason: "tools cannot run: \(error)")
        }
    }
}
