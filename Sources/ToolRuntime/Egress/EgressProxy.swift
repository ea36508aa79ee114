package import LinuxSystem

/// The only way out of a jail: an HTTP proxy on the host, whose listening socket was made inside the jail's network
/// namespace. It holds for one set of network rules; jails with others have proxies of their own.
///
/// On its loop only. It owns the listener and its conversations; each conversation its two sockets and its task, which ends
/// when both are closed.
package final class EgressProxy: ReadinessHandler, @unchecked Sendable {
    package let loop: EventLoop
    let limits: EgressLimits
    let resolver: any NameResolver
    let report: (EgressEvent) -> Void
    /// Holds for requests from now on, also on connections that are there already.
    package var judge: EgressJudge
    /// Nil once stopped.
    private var listener: Descriptor?
    private let listenerFD: Int32
    private var conversations: [ObjectIdentifier: EgressConversation] = [:]
    private lazy var acceptAgain = LoopTimer { [weak self] in self?.resumeAccepting() }

    /// How long nothing is accepted after that failed, for want of descriptors or memory.
    private static let acceptPause = TimeSpan.milliseconds(100)
    /// Connections accepted in one turn of the loop, so that those we have are not kept waiting.
    private static let acceptsPerTurnMax = 32

    /// `report` is called on the loop.
    package init(
        _ listener: consuming Descriptor, on loop: EventLoop, judge: EgressJudge, resolver: any NameResolver,
        limits: EgressLimits = EgressLimits(), report: @escaping (EgressEvent) -> Void
    ) {
        listenerFD = listener.raw
        self.listener = consume listener
        self.loop = loop
        self.judge = judge
        self.resolver = resolver
        self.limits = limits
        self.report = report
    }

    package func start() throws(SystemError) {
        // It comes from the jail, made by somebody else.
        try listener?.makeNonblocking()
        try loop.register(listenerFD, .readable, self)
    }

    package var connectionCount: Int { conversations.count }

    /// At once: the jail is gone, or about to be.
    package func stop() {
        guard listener != nil else { return }
        acceptAgain.disarm()
        loop.deregister(listenerFD)
        listener = nil
        for conversation in conversations.values { conversation.stop() }
    }

    package func ready(_ events: Readiness) {
        for _ in 0..<Self.acceptsPerTurnMax {
            guard listener != nil else { return }
            do throws(SystemError) {
                guard let socket = try Socket.accept(listenerFD) else { return }
                if conversations.count < limits.connections { adopt(socket) } else { refuse(socket) }
            } catch {
                // Asking again at once would keep the loop busy with nothing else.
                loop.deregister(listenerFD)
                return loop.schedule(acceptAgain, after: Self.acceptPause)
            }
        }
    }

    private func resumeAccepting() {
        guard listener != nil else { return }
        do throws(SystemError) {
            try loop.register(listenerFD, .readable, self)
        } catch {
            loop.schedule(acceptAgain, after: Self.acceptPause)
        }
    }

    private func adopt(_ socket: consuming Descriptor) {
        guard let client = try? EgressSocket(socket, on: loop) else { return }
        let conversation = EgressConversation(client, self)
        conversations[ObjectIdentifier(conversation)] = conversation
        Task.immediate(executorPreference: loop) {
            await conversation.run()
            self.conversations[ObjectIdentifier(conversation)] = nil
        }
    }

    /// The shortest answer that says why, without making it a conversation.
    private func refuse(_ socket: consuming Descriptor) {
        let answer = ByteBuffer()
        answer.append("HTTP/1.1 503 Too many connections\r\nContent-Length: 0\r\nRetry-After: 1\r\n")
        answer.append("Connection: close\r\n\r\n")
        _ = try? Socket.send(socket.raw, answer.readable)
    }
}
