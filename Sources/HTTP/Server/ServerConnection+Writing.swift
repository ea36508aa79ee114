internal import LinuxSystem

/// Bytes on their way to the client: gathered, sent, and waited for.
extension ServerConnection {
    var outputBuffer: ByteBuffer {
        if let output { return output }
        let fresh = ByteBuffer(capacity: 1024)
        output = fresh
        return fresh
    }

    /// Queues bytes that leave with what follows, or at the end of the loop's turn.
    func cork(_ body: (ByteBuffer) -> Void) {
        if case .closed = state { return }
        body(outputBuffer)
        if isFlushQueued { return }
        isFlushQueued = true
        server.flushSoon(self)
    }

    func flushQueued() {
        isFlushQueued = false
        flush()
    }

    /// Below this a copy into the output buffer costs less than a system call of its own would.
    private static let gatheredBytesMax = 8 << 10

    /// Sends what waits and then `parts`, with one system call when the socket takes it. False asks the writer to wait
    /// for `exchange.onDrain`.
    func write(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer = .init(start: nil, count: 0),
        _ third: UnsafeRawBufferPointer = .init(start: nil, count: 0)
    ) -> Bool {
        if case .closed = state { return true }
        // Upstreams send many small events at once: they leave together at the end of the turn.
        if first.count + second.count + third.count <= Self.gatheredBytesMax {
            let isFirst = output?.isEmpty ?? true
            cork { output in
                output.append(first)
                output.append(second)
                output.append(third)
            }
            return afterWriting(hasProgress: isFirst)
        }
        var sent = 0
        let waiting = output?.count ?? 0
        if mayWrite {
            let queued = output?.readable ?? .init(start: nil, count: 0)
            let total = queued.count + first.count + second.count + third.count
            do {
                sent = try Socket.send(fd, queued, first, second, third) ?? 0
            } catch {
                mayWrite = false
                peerIsLeaving()
                return true
            }
            if sent < total { mayWrite = false }
        }
        if waiting > 0 { output?.consume(min(sent, waiting)) }
        var skip = max(0, sent - waiting)
        for part in [first, second, third] where !part.isEmpty {
            if skip >= part.count {
                skip -= part.count
            } else {
                outputBuffer.append(UnsafeRawBufferPointer(rebasing: part[skip...]))
                skip = 0
            }
        }
        return afterWriting(hasProgress: waiting == 0 || sent > 0)
    }

    func afterWriting(hasProgress: Bool) -> Bool {
        guard let output, !output.isEmpty else { return true }
        // A client that takes nothing is not given more time by our having more for it.
        if hasProgress || !timer.isArmed { loop.schedule(timer, after: limits.stallTime) }
        if output.count < ServerLimits.outputHighBytes { return true }
        waitsForDrain = true
        return false
    }

    func flush() {
        guard let output, !output.isEmpty, mayWrite else { return }
        do {
            let sent = try Socket.send(fd, output.readable) ?? 0
            if sent < output.count { mayWrite = false }
            output.consume(sent)
            if sent > 0 { loop.schedule(timer, after: limits.stallTime) }
        } catch {
            mayWrite = false
            return peerIsLeaving()
        }
        if output.isEmpty { didFlush() }
        if waitsForDrain, output.count < ServerLimits.outputLowBytes {
            waitsForDrain = false
            switch state {
            case .exchanging(let exchange): exchange.outputDidDrain()
            case .readingHead: nextRequest()
            case .draining, .closed: break
            }
        }
    }

    func didFlush() {
        if closesAfterWriting { return finishClosing() }
        if let output, output.capacity > ServerLimits.outputLowBytes { self.output = nil }
        switch state {
        case .readingHead:
            if server.isStopping { finishClosing() } else { loop.schedule(timer, after: limits.idleTime) }
        case .exchanging(let exchange): if exchange.reader.isComplete || !exchange.wantsBody { timer.disarm() }
        case .draining, .closed: break
        }
    }
}
