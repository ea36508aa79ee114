internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Why a worker has no answer.
enum WorkerFailure: Error, Sendable, Equatable {
    /// It said what nobody may say, and was ended.
    case broken(String)
    /// It ended.
    case ended
    case timedOut
    case cancelled
}

/// A process of ours inside a jail, that does one request at a time. On its loop only.
final class Worker: ReadinessHandler, @unchecked Sendable {
    private let loop: EventLoop
    private let program: JailedProgram
    private let socket: Descriptor
    private var unsent: ArraySlice<UInt8> = []
    private let received = ByteBuffer()
    private var waiter: CheckedContinuation<Result<WorkerReply, WorkerFailure>, Never>?
    /// Asked once a request at most.
    private var keep: Keep?
    private var isKeeping = false
    private var timer: LoopTimer?
    private(set) var isAlive = true

    private static let pieceBytes = 64 << 10
    /// What it is asked most takes less.
    private static let quick = TimeSpan.microseconds(500)

    static func start(
        _ path: String, _ jail: ToolJail, _ compiled: CompiledPolicy
    ) throws(SystemError) -> Worker {
        var limits = compiled.limits
        // It would count over all requests.
        limits.cpuSeconds = nil
        var run = JailRun(
            program: path, arguments: [ToolHostSettings.workerName], folder: compiled.folder.text,
            limits: limits)
        run.isWorker = true
        return try Socket.streamPair().separate { ours, theirs throws(SystemError) in
            let nothing = try Descriptor.open("/dev/null", .readWrite)
            let out = try Descriptor.open("/dev/null", .writeOnly)
            let error = try Descriptor.open("/dev/null", .writeOnly)
            let streams = RunStreams(input: nothing, output: out, error: error, more: [OwnedDescriptor(theirs)])
            return try Worker(ours, jail.zygote.begin(run, streams), jail.loop)
        }
    }

    private init(_ socket: consuming Descriptor, _ program: JailedProgram, _ loop: EventLoop) throws(SystemError) {
        self.socket = socket
        self.program = program
        self.loop = loop
        try loop.register(self.socket.raw, .readable, self)
    }

    /// What a file holds that is about to be changed; nil: it is kept, else why not.
    typealias Keep = @Sendable (WorkerOffer) async -> String?

    func ask(
        _ request: JSONValue, blob: [UInt8] = [], within limit: TimeSpan, keep: Keep? = nil
    ) async -> Result<WorkerReply, WorkerFailure> {
        loop.assertOnLoop()
        self.keep = keep
        if !isAlive { return .failure(.ended) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiter = continuation
                unsent = WorkerFrame.bytes(request, blob: blob)[...]
                let timer = LoopTimer { [unowned self] in end(.timedOut) }
                self.timer = timer
                loop.schedule(timer, after: limit)
                flush()
                loop.expect(within: Self.quick)
            }
        } onCancel: {
            loop.submit { if self.waiter != nil { self.end(.cancelled) } }
        }
    }

    /// Ends it, whatever it does.
    func stop() { end(.ended) }

    func ready(_ events: Readiness) {
        if events.isReadable || events.hasFailed { read() }
        if isAlive, events.isWritable { flush() }
    }

    private func flush() {
        while isAlive, !unsent.isEmpty {
            do throws(SystemError) {
                guard let sent = try Socket.send(socket.raw, unsent) else { break }
                unsent = unsent.dropFirst(sent)
            } catch {
                return end(.ended)
            }
        }
        if isAlive { try? loop.modify(socket.raw, unsent.isEmpty ? .readable : [.readable, .writable]) }
    }

    private func read() {
        while isAlive {
            let room = received.writable(minimum: Self.pieceBytes)
            do throws(SystemError) {
                guard let count = try Socket.receive(socket.raw, into: room) else { return }
                if count == 0 { return end(.ended) }
                received.commit(count)
            } catch {
                return end(.ended)
            }
            take()
        }
    }

    private func take() {
        guard waiter != nil, !isKeeping else { return end(.broken("it spoke without being asked")) }
        let bytes = received.readable
        guard bytes.count >= WorkerFrame.headBytes else { return }
        guard let (json, blob) = WorkerFrame.lengths(bytes[..<WorkerFrame.headBytes]) else {
            return end(.broken("a frame that is too large"))
        }
        let whole = WorkerFrame.headBytes + json + blob
        if bytes.count < whole { return }
        if bytes.count > whole || !unsent.isEmpty { return end(.broken("more than one answer")) }
        loop.expectNothing()
        let text = Array(bytes[WorkerFrame.headBytes..<WorkerFrame.headBytes + json])
        let rest = Array(bytes[(WorkerFrame.headBytes + json)...])
        received.removeAll()
        do {
            let json = try JSONValue(parsing: text)
            if let keep, let offer = try WorkerOffer(json, rest[...]) { return take(offer, keep) }
            var reply = try WorkerReply(json)
            reply.blob = rest
            resume(.success(reply))
        } catch let error as WorkerReply.Broken {
            end(.broken(error.reason))
        } catch {
            end(.broken("an answer that is no JSON"))
        }
    }

    /// The worker waits meanwhile, and whoever speaks without being asked is ended.
    private func take(_ offer: WorkerOffer, _ keep: @escaping Keep) {
        self.keep = nil
        isKeeping = true
        Task(executorPreference: loop) { [self] in
            let problem = await keep(offer)
            isKeeping = false
            // It may have been ended by then.
            guard isAlive, waiter != nil else { return }
            unsent = WorkerFrame.bytes(problem.map { ["stop": .string($0)] } ?? ["go": true])[...]
            flush()
            loop.expect(within: Self.quick)
        }
    }

    private func resume(_ result: Result<WorkerReply, WorkerFailure>) {
        timer?.disarm()
        timer = nil
        waiter?.resume(returning: result)
        waiter = nil
    }

    private func end(_ failure: WorkerFailure) {
        if isAlive {
            isAlive = false
            loop.deregister(socket.raw)
            program.signal(.kill)
        }
        resume(.failure(failure))
    }
}
