package import LinuxSystem

/// A jail, seen from the host: started once for a policy and a workspace, then runs as many programs as one likes.
///
/// It belongs to one event loop, on whose thread everything happens; `@unchecked Sendable` stands on that. Whoever started
/// it stops it.
package final class Zygote: ReadinessHandler, @unchecked Sendable {
    /// Known once it has started.
    package private(set) var layers: JailLayers = []
    package private(set) var landlockVersion: UInt32 = 0
    /// The user that runs are, outside of the jail.
    package private(set) var outsideUser: UInt32 = 0

    /// The process that was started; those inside are beneath it.
    package var pid: Int32 { child.pid }

    private let ports: [UInt16]
    private var listeners: [JailListener] = []

    private let loop: EventLoop
    private let child: ChildProcess
    private var link: ZygoteLink?
    private var programs: [UInt32: JailedProgram] = [:]
    private var lastNumber: UInt32 = 0
    private var state = State.starting
    private var startWaiter: CheckedContinuation<Result<Void, ZygoteError>, Never>?
    private var endWaiters: [CheckedContinuation<Void, Never>] = []
    private lazy var patience = LoopTimer { [unowned self] in
        if case .starting = state { fail(.notStarted("it was not ready in time")) } else { killChild() }
    }

    private enum State {
        case starting
        case serving
        case over(ZygoteError)
        /// Over, and waited for.
        case gone(ZygoteError)
    }

    /// Building a view takes milliseconds, also on a busy machine.
    private static let startSpanMax = TimeSpan.seconds(30)
    private static let endSpanMax = TimeSpan.seconds(5)

    package static func start(
        _ plan: JailPlan, program: ZygoteProgram, on loop: EventLoop
    ) async throws(ZygoteError) -> Zygote {
        loop.assertOnLoop()
        let zygote: Zygote
        do throws(SystemError) {
            zygote = try Zygote(plan, program, loop)
        } catch {
            throw .notStarted(error.description)
        }
        let result = await withCheckedContinuation { zygote.startWaiter = $0 }
        if case .failure(let error) = result {
            await zygote.waitForEnd()
            throw error
        }
        return zygote
    }

    private init(_ plan: JailPlan, _ program: ZygoteProgram, _ loop: EventLoop) throws(SystemError) {
        self.loop = loop
        ports = plan.network.ports
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        let pair = try PacketSocket.pair()
        let launch = ProgramLaunch(
            path: program.path, arguments: program.arguments, environment: [:], directory: "/", newSession: true)
        child = try ChildProcess(
            launch, descriptors: [nothing.raw, nothing.raw, nothing.raw, pair.theirs.raw])
        let link = ZygoteLink(pair.onlyOurs(), loop)
        self.link = link
        do throws(SystemError) {
            try loop.register(child.exitDescriptor(), .readable, self)
            try link.open { [unowned self] in
                receive($0, $1)
            } atEnd: { [unowned self] in
                lose($0)
            }
        } catch {
            loop.deregister(child.exitDescriptor())
            try? child.signal(.kill)
            _ = try? child.wait()
            throw error
        }
        loop.schedule(patience, after: Self.startSpanMax)
        link.send(Record(.plan, content: plan.encode()))
    }

    /// It takes runs; false from its end on.
    package var isServing: Bool { if case .serving = state { true } else { false } }

    // MARK: Runs

    /// Runs it, and waits for the end. Cancelling the task stops the run.
    package func run(_ run: JailRun, _ streams: RunStreams, wall: TimeSpan? = nil) async -> JailOutcome {
        await begin(run, streams, wall: wall).result()
    }

    package func begin(_ run: JailRun, _ streams: RunStreams, wall: TimeSpan? = nil) -> JailedProgram {
        loop.assertOnLoop()
        repeat { lastNumber &+= 1 } while programs[lastNumber] != nil
        let program = JailedProgram(lastNumber, self, loop, wall: wall)
        switch state {
        case .over(let error), .gone(let error):
            program.finish(JailOutcome(.lost(error)))
            return program
        case .starting, .serving: break
        }
        let content = run.encode()
        if content.count > WireLimits.runBytes || streams.raw.count > PacketSocket.descriptorsMax {
            program.finish(JailOutcome(.refused(.readPlan, code: SystemError.tooLong)))
            return program
        }
        programs[program.number] = program
        link?.send(Record(.run, run: program.number, content: content), streams)
        return program
    }

    func signal(_ number: UInt32, _ signal: Signal) {
        var writer = WireWriter()
        writer.number(signal.rawValue)
        link?.send(Record(.signal, run: number, content: writer.bytes))
    }

    /// One for each port of the plan's network, in its order; whoever takes them closes them. Once.
    package func takeListeners() -> [JailListener] {
        defer { listeners = [] }
        return listeners
    }

    /// Ends the jail and everything in it, and waits until that is so.
    package func stop() async {
        loop.assertOnLoop()
        end(.stopped)
        await waitForEnd()
    }

    private func waitForEnd() async {
        if case .gone = state { return }
        await withCheckedContinuation { endWaiters.append($0) }
    }

    // MARK: What the zygote says

    private func receive(_ record: Record, _ descriptors: [OwnedDescriptor]) {
        do throws(WireError) {
            if descriptors.count != (record.kind == .ready ? ports.count : 0) {
                throw WireError("descriptors that nobody asked for, or too few")
            }
            switch (state, record.kind) {
            case (.starting, .ready):
                listeners = zip(ports, descriptors).map(JailListener.init)
                becomeReady(try ReadyAnswer(decoding: record.content))
            case (.starting, .failed):
                let answer = try FailedAnswer(decoding: record.content)
                end(.stepFailed(answer.step, code: answer.code, subject: answer.subject))
            case (.serving, .ended):
                // Understood before the run is taken for over: somebody waits for it, whatever was said.
                let answer = try EndedAnswer(decoding: record.content)
                guard let program = programs.removeValue(forKey: record.run) else {
                    throw WireError("the end of a run that nobody began")
                }
                program.finish(JailOutcome(answer))
            default: throw WireError("an answer out of turn")
            }
        } catch {
            lose(.brokenProtocol(error.reason))
        }
    }

    private func becomeReady(_ answer: ReadyAnswer) {
        layers = answer.layers
        landlockVersion = answer.landlockVersion
        outsideUser = answer.outsideUser
        state = .serving
        patience.disarm()
        startWaiter?.resume(returning: .success(()))
        startWaiter = nil
    }

    // MARK: The end

    /// The child has ended.
    package func ready(_ events: Readiness) {
        loop.deregister(child.exitDescriptor())
        let code = (try? child.wait()) ?? -1
        // What it said last may still wait to be read.
        link?.drain()
        end(.ended(code: code))
        guard case .over(let error) = state else { return }
        state = .gone(error)
        patience.disarm()
        for waiter in endWaiters { waiter.resume() }
        endWaiters = []
    }

    private func lose(_ error: ZygoteError?) {
        // Its end of the socket closed: how it ended is known when it is waited for.
        guard let error else { return killChildSoon() }
        fail(error)
    }

    private func fail(_ error: ZygoteError) {
        end(error)
        killChild()
    }

    private func end(_ error: ZygoteError) {
        switch state {
        case .over, .gone: return
        case .starting, .serving: state = .over(error)
        }
        link?.close()
        link = nil
        startWaiter?.resume(returning: .failure(error))
        startWaiter = nil
        let lost = programs.values
        programs = [:]
        for program in lost { program.finish(JailOutcome(.lost(error))) }
        killChildSoon()
    }

    private func killChild() { try? child.signal(.kill) }

    /// It goes by itself when its socket closes; if not, the timer sees to it.
    private func killChildSoon() { loop.schedule(patience, after: Self.endSpanMax) }
}

extension JailOutcome {
    init(_ answer: EndedAnswer) {
        switch answer.end {
        case .exited(let code): self.init(.exited(code))
        case .signaled(let number): self.init(.signaled(number))
        case .refused(let step, let code): self.init(.refused(step, code: code))
        case .killed: self.init(.killed)
        }
        cpuMicroseconds = answer.cpuMicroseconds
        memoryKilobytes = answer.memoryKilobytes
        refusedPrograms = answer.refusedPrograms
        refusedCalls = answer.refusedCalls
    }
}
