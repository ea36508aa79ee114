internal import JSON
internal import LinuxSystem
internal import MCP

/// A server's process: its pipes, and the keeper that answers for all that comes of it. On its loop only, which
/// `@unchecked Sendable` stands on.
final class MCPProcess: MCPLink, @unchecked Sendable {
    private let loop: EventLoop
    private weak var events: (any MCPLinkEvents)?
    private let keeper: ChildProcess
    private let control: MCPPipe
    private let output: MCPPipe
    private let diagnostics: MCPPipe
    private let input: MCPPipeWriter
    private let keeperEnd: MCPEndWatch
    private var lines = RPCLines(bytesMax: MCPClient.answerBytesMax)
    private var controlText = ""
    private var ending: MCPEnding?
    private var startFailure: String?
    private(set) var pid: Int32?
    /// All that came of the server is beneath it.
    var root: Int32? { keeper.pid }
    private var isOver = false

    static let keeperName = "sidecar-keeper"
    /// More than that a second of what is only for people is taken later: the writer waits meanwhile.
    static let diagnosticsPerSecond = 1 << 20

    init(
        _ launch: ProgramLaunch, keeper path: String, on loop: EventLoop, _ events: any MCPLinkEvents
    ) throws(SystemError) {
        self.loop = loop
        self.events = events
        var launch = launch
        launch.arguments = [launch.path] + launch.arguments
        launch.path = path
        launch.newSession = true
        let (theirInput, ourInput) = try Self.ends(of: try Descriptor.pipe())
        let (ourOutput, theirOutput) = try Self.ends(of: try Descriptor.pipe())
        let (ourDiagnostics, theirDiagnostics) = try Self.ends(of: try Descriptor.pipe())
        let (ourControl, theirControl) = try Socket.streamPair().separate { (ours, theirs) throws(SystemError) in
            (OwnedDescriptor(ours), OwnedDescriptor(theirs))
        }
        keeper = try ChildProcess(
            launch, descriptors: [theirInput.raw, theirOutput.raw, theirDiagnostics.raw, theirControl.raw])
        input = try MCPPipeWriter(ourInput, on: loop)
        output = MCPPipe(ourOutput, on: loop)
        diagnostics = MCPPipe(ourDiagnostics, on: loop, bytesPerSecond: Self.diagnosticsPerSecond)
        control = MCPPipe(ourControl, on: loop)
        keeperEnd = MCPEndWatch(keeper.exitDescriptor(), on: loop)
        try output.start { [weak self] bytes in self?.takeOutput(bytes) }
        try diagnostics.start { [weak self] bytes in
            if let bytes { self?.events?.linkDidReceive(diagnostics: bytes) }
        }
        try control.start { [weak self] bytes in self?.takeControl(bytes) }
        try keeperEnd.start { [self] in keeperDidEnd() }
    }

    static func ends(
        of pipe: consuming Pipe
    ) throws(SystemError) -> (reading: OwnedDescriptor, writing: OwnedDescriptor) {
        try pipe.separate { (reading, writing) throws(SystemError) in
            (OwnedDescriptor(reading), OwnedDescriptor(writing))
        }
    }

    // MARK: Towards the server

    func send(_ message: JSONValue) {
        if isOver { return }
        input.write(message.bytes() + [0x0A])
    }

    func close(_ firmness: MCPFirmness) {
        if isOver { return }
        input.close()
        switch firmness {
        case .input: break
        case .terminate: say("T")
        case .kill: say("K")
        }
    }

    private func say(_ word: String) {
        // A keeper that is gone has ended everything already.
        _ = try? Socket.send(control.raw, ArraySlice(Array(word.utf8)))
    }

    // MARK: From the server

    private func takeOutput(_ bytes: [UInt8]?) {
        guard let bytes else {
            if let last = lines.end() { events?.linkDidReceive(last) }
            return
        }
        for line in lines.take(bytes) { events?.linkDidReceive(line) }
    }

    private func takeControl(_ bytes: [UInt8]?) {
        guard let bytes else { return }
        controlText += String(decoding: bytes, as: UTF8.self)
        while let end = controlText.firstIndex(of: "\n") {
            let words = controlText[..<end].split(separator: " ").map(String.init)
            controlText = String(controlText[controlText.index(after: end)...])
            let numbers = words.dropFirst().compactMap { Int32($0) }
            switch (words.first, numbers.count) {
            case ("started", 1):
                pid = numbers[0]
                events?.linkDidStart(pid: numbers[0])
            case ("failed", 1): startFailure = SystemError(call: "execve", code: numbers[0]).reason
            case ("ended", 2):
                ending = MCPEnding(
                    code: numbers[0] < 0 ? nil : numbers[0], signal: numbers[1] < 0 ? nil : numbers[1])
            default: break
            }
        }
    }

    private func keeperDidEnd() {
        if isOver { return }
        _ = try? keeper.wait()
        // What was said before the end is still in the pipes.
        control.drain()
        output.drain()
        diagnostics.drain()
        if let last = lines.end() { events?.linkDidReceive(last) }
        isOver = true
        for pipe in [control, output, diagnostics] { pipe.stop() }
        keeperEnd.stop()
        input.close()
        // The keeper was killed: then its server was too, and this ends what shares its group.
        if ending == nil, startFailure == nil, let pid { try? Signal.send(.kill, to: -pid) }
        let events = events
        self.events = nil
        events?.linkDidEnd(ending ?? MCPEnding(code: nil, signal: startFailure == nil ? 9 : nil), reason: startFailure)
    }
}
