internal import CJail
internal import Confinement
internal import LinuxSystem

/// Serves runs until the host goes away. One thread, one loop: nothing here waits for anything but the loop.
///
/// That one thread is what `@unchecked Sendable` stands on.
final class JailServer: ReadinessHandler, @unchecked Sendable {
    private var jail: Jail
    private let channel: ControlChannel
    private let loop: EventLoop
    private var running: [UInt32: RunningProgram] = [:]
    /// Over, but their first process has not ended yet.
    private var departing: [ObjectIdentifier: RunningProgram] = [:]
    /// The next run, as far as it can be had without knowing what it is.
    private var spare: PreparedRun?
    private lazy var preparing = LoopTimer { [unowned self] in prepareSpare() }
    private static let preparationDelay = TimeSpan.milliseconds(20)
    /// Ends that the host has not taken yet; bounded by the number of runs.
    private var unsent: [Record] = []
    private var failure: SystemError?

    /// More than any host starts; a bound on what a host can make us hold.
    private static let runsMax = 1024
    /// The zygote and the two that every run needs.
    private static let processesOfOurs: UInt64 = 1
    private static let processesOfRun: UInt64 = 2

    init(_ jail: Jail, _ channel: ControlChannel) throws(SystemError) {
        self.jail = jail
        self.channel = channel
        loop = try EventLoop()
    }

    func run() throws(SystemError) {
        loop.submit { self.begin() }
        loop.run()
        for run in running.values { run.signal(Signal.kill.rawValue) }
        // In a pid namespace of ours our own end is everybody's.
        if !jail.tables.isApart {
            spare = nil
            cjail_end_together()
        }
        jail.standIns.remove()
        jail.folders.remove()
        if let failure { throw failure }
    }

    private func begin() {
        do throws(SystemError) {
            try loop.register(channel.raw, .readable, self)
        } catch {
            failure = error
            return loop.stop()
        }
        let ready = ReadyAnswer(
            layers: jail.layers, landlockVersion: UInt32(jail.landlockVersion), outsideUser: jail.outsideUser)
        // The first message of all, so there is room for it.
        _ = channel.sendAtOnce(Record(.ready, content: ready.encode()), jail.listeners.map(\.raw))
        jail.listeners = []
        prepareSpare()
    }

    func ready(_ events: Readiness) {
        if !unsent.isEmpty { flush() }
        // Who asks and does not listen is not asked what else he wants.
        while unsent.count < Self.runsMax {
            switch channel.read() {
            case .arrived(let arrival): handle(arrival)
            case .nothing: return
            case .over:
                loop.deregister(channel.raw)
                return loop.stop()
            }
        }
    }

    private func handle(_ arrival: ControlChannel.Arrival) {
        // Whatever happens, they are closed at the end: the run has its own copies by then.
        let descriptors = arrival.descriptors.map { OwnedDescriptor(Descriptor(owning: $0)) }
        defer { withExtendedLifetime(descriptors) {} }
        let number = arrival.record.run
        switch arrival.record.kind {
        case .run:
            do throws(FailedAnswer) {
                try start(number, arrival.record.content, arrival.descriptors)
            } catch {
                end(number, EndedAnswer(.refused(error.step, code: error.code)))
            }
        case .signal:
            var reader = WireReader(arrival.record.content)
            guard let signal: Int32 = try? reader.number(), (1...64).contains(signal) else { return }
            running[number]?.signal(signal)
        default: break
        }
    }

    private func start(_ number: UInt32, _ content: [UInt8], _ streams: [Int32]) throws(FailedAnswer) {
        guard (3...PacketSocket.descriptorsMax).contains(streams.count), running[number] == nil else {
            throw FailedAnswer(.readPlan, code: SystemError.invalid)
        }
        if running.count + departing.count >= Self.runsMax { throw FailedAnswer(.clone, code: SystemError.tryAgain) }
        let run: JailRun
        do throws(WireError) {
            run = try JailRun(decoding: content)
        } catch {
            throw FailedAnswer(.readPlan, code: SystemError.invalid, subject: error.reason)
        }
        do throws(SystemError) {
            let prepared = try give(RunOrder(run, processesElsewhere: processesElsewhere), streams, run.isWorker)
            try add(number, prepared)
        } catch {
            throw FailedAnswer(.clone, code: error.code)
        }
        // Not now: the run that just began should have the processor. When it ends there is time, or when it lasts.
        loop.schedule(preparing, after: Self.preparationDelay)
    }

    /// The limit of processes is counted for the jail as a whole: those that it does not mean are added to it.
    private var processesElsewhere: UInt64 {
        let runs = UInt64(running.count + departing.count + 1)
        let own = Self.processesOfOurs + Self.processesOfRun * runs + 1
        // Among others the user's other programs count as well, wherever they are.
        return jail.tables.isApart ? own : own + UInt64(max(0, cjail_threads_of_user()))
    }

    /// Lets the run begin that is prepared, or a new one.
    private func give(_ order: RunOrder, _ streams: [Int32], _ isWorker: Bool) throws(SystemError) -> PreparedRun {
        if !isWorker || jail.tables.isForWorkersAlone, let waiting = spare {
            spare = nil
            if waiting.give(order, descriptors: streams) { return waiting }
            // Somebody ended it meanwhile.
            waiting.signal(Signal.kill.rawValue)
            waiting.reap()
        }
        let prepared = try PreparedRun(isWorker ? jail.tables.workerSetup : jail.tables.setup)
        // If it cannot hear this, its report says why.
        _ = prepared.give(order, descriptors: streams)
        return prepared
    }

    private func prepareSpare() {
        if spare != nil || running.count >= Self.runsMax { return }
        // If it cannot be had now, the next run is begun without one.
        spare = try? PreparedRun(jail.tables.setup)
    }

    private func add(_ number: UInt32, _ prepared: PreparedRun) throws(SystemError) {
        do throws(SystemError) {
            running[number] = try RunningProgram(
                number: number, prepared, loop,
                atEnd: { [unowned self] run, answer in
                    running[run.number] = nil
                    departing[ObjectIdentifier(run)] = run
                    end(run.number, answer)
                    loop.atEndOfTurn { [unowned self] in prepareSpare() }
                },
                atReap: { [unowned self] run in departing[ObjectIdentifier(run)] = nil })
        } catch {
            prepared.signal(Signal.kill.rawValue)
            prepared.reap()
            throw error
        }
    }

    private func end(_ number: UInt32, _ answer: EndedAnswer) {
        send(Record(.ended, run: number, content: answer.encode()))
    }

    private func send(_ record: Record) {
        unsent.append(record)
        flush()
    }

    private func flush() {
        while let first = unsent.first, channel.sendAtOnce(first) { unsent.removeFirst() }
        try? loop.modify(channel.raw, unsent.isEmpty ? .readable : [.readable, .writable])
    }
}
