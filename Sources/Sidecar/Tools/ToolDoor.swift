package import LinuxSystem
package import ToolRuntime

/// The tools, for the gateways of all event loops: one host, on the loop of the whole program, so that there is one jail
/// for all of them and two calls never change one file at a time.
package final class ToolDoor: @unchecked Sendable {
    private let loop: EventLoop
    private let settings: ToolHostSettings
    /// Touched on `loop` only.
    private var host: ToolHost?
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
            await host?.stop()
            host = nil
        }.value
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
