internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// The tools for one client on standard input and output. The end of the input is the end of everything that runs. On its
/// loop only, which `@unchecked Sendable` stands on.
final class MCPStdio: @unchecked Sendable {
    private let loop: EventLoop
    private let door: ToolDoor
    /// Of all calls: a process belongs to one client.
    private let session: String
    private var conversation: MCPConversation
    private var lines = RPCLines()
    private var calls: [MCPTicket: Task<Void, Never>] = [:]
    private let input: MCPInput
    private let output: MCPOutput
    private var ending: CheckedContinuation<Void, Never>?
    private var isOver = false

    /// What a client has not read yet; beyond it nothing more is taken from it.
    private static let outputBytesMax = 16 << 20

    init(
        _ server: MCPServer, _ door: ToolDoor, session: String, on loop: EventLoop
    ) {
        self.loop = loop
        self.door = door
        self.session = session
        conversation = MCPConversation(server)
        input = MCPInput(on: loop)
        output = MCPOutput(on: loop)
    }

    /// Until the client has gone, or the task is cancelled.
    func serve() async throws(SystemError) {
        loop.assertOnLoop()
        output.onFailure = { [weak self] in self?.end() }
        output.onDrain = { [weak self] in self?.input.resume() }
        try input.start { [weak self] bytes in self?.take(bytes) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if isOver { continuation.resume() } else { ending = continuation }
            }
        } onCancel: {
            loop.submit { [self] in end() }
        }
        input.stop()
        // Forgotten first, so that nothing is said of them any more.
        _ = conversation.end()
        let left = calls.values.map { $0 }
        for call in left { call.cancel() }
        for call in left { await call.value }
        await door.stop()
        output.stop()
    }

    private func end() {
        isOver = true
        ending?.resume()
        ending = nil
    }

    /// nil: there is no more.
    private func take(_ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else {
            if let last = lines.end() { take(last) }
            return end()
        }
        for line in lines.take(Array(bytes)) { take(line) }
        if output.count > Self.outputBytesMax { input.pause() }
    }

    private func take(_ line: RPCLines.Line) {
        switch line {
        case .text(let bytes): for action in conversation.receive(bytes: bytes) { perform(action) }
        case .tooLong:
            let error = RPCError(.parse, "a message of more than \(RPCLines.lineBytesMax) bytes was left unread")
            output.write(error.response(to: nil))
        }
    }

    private func perform(_ action: MCPConversation.Action) {
        switch action {
        case .send(let message): output.write(message)
        case .cancel(let ticket, let remainder):
            calls[ticket]?.cancel()
            send(remainder)
        case .start(let ticket, let call):
            calls[ticket] = Task(executorPreference: loop) { [self] in
                await run(ticket, call)
                calls[ticket] = nil
            }
        }
    }

    private func run(_ ticket: MCPTicket, _ call: MCPCall) async {
        var toolCall = ToolCall(tool: call.tool, input: call.arguments, session: session, mayGoOn: true)
        if call.context.progressToken != nil {
            toolCall.onProgress = { [self] progress in
                send(conversation.progress(ticket, progress.seconds, progress.message))
            }
        }
        let result: Result<MCPCallResult, RPCError>
        do throws(ToolDoor.Unusable) {
            let done = try await door.run(toolCall)
            let (level, data) = done.logged
            send(conversation.note(ticket, level, data))
            result = .success(MCPCallResult(done))
        } catch {
            result = .failure(RPCError(.internalError, error.reason))
        }
        send(conversation.finish(ticket, result))
    }

    private func send(_ message: JSONValue?) {
        if let message { output.write(message) }
    }
}
