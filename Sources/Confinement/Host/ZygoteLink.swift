internal import LinuxSystem

/// The host's end of the socket: what waits to be sent, and what comes back, whole and checked.
final class ZygoteLink: ReadinessHandler {
    private let socket: PacketSocket
    private let loop: EventLoop
    private var assembler = RecordAssembler(forZygote: false)
    private var unsent: [Packet] = []
    private var isOpen = false
    private var receive: (Record, [OwnedDescriptor]) -> Void = { _, _ in }
    private var descriptors: [OwnedDescriptor] = []
    private var atEnd: (ZygoteError?) -> Void = { _ in }
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Record.packetBytesMax, alignment: 16)

    private struct Packet {
        let bytes: [UInt8]
        /// Closed when this is sent and forgotten.
        let streams: RunStreams?
    }

    init(_ socket: consuming PacketSocket, _ loop: EventLoop) {
        self.socket = socket
        self.loop = loop
    }

    deinit { buffer.deallocate() }

    func open(
        receive: @escaping (Record, [OwnedDescriptor]) -> Void, atEnd: @escaping (ZygoteError?) -> Void
    ) throws(SystemError) {
        self.receive = receive
        self.atEnd = atEnd
        try loop.register(socket.raw, .readable, self)
        isOpen = true
    }

    func close() {
        if !isOpen { return }
        isOpen = false
        unsent = []
        loop.deregister(socket.raw)
    }

    func send(_ record: Record, _ streams: RunStreams? = nil) {
        for (index, bytes) in record.packets().enumerated() {
            unsent.append(Packet(bytes: bytes, streams: index == 0 ? streams : nil))
        }
        flush()
    }

    private func flush() {
        var sent = 0
        while sent < unsent.count, isOpen {
            let packet = unsent[sent]
            do throws(SystemError) {
                if try !socket.send(packet.bytes, descriptors: packet.streams?.raw ?? []) { break }
            } catch {
                // It is gone; reading tells how.
                unsent = []
                return
            }
            sent += 1
        }
        if !isOpen { return }
        unsent.removeFirst(sent)
        try? loop.modify(socket.raw, unsent.isEmpty ? .readable : [.readable, .writable])
    }

    func ready(_ events: Readiness) {
        if events.isWritable { flush() }
        if events.isReadable || events.hasFailed { drain() }
    }

    /// All that is there.
    func drain() {
        while isOpen {
            let received: (count: Int, descriptors: [Int32])?
            do throws(SystemError) {
                received = try socket.receive(into: buffer)
            } catch {
                return finish(nil)
            }
            guard let received else { return }
            descriptors += received.descriptors.map { OwnedDescriptor(Descriptor(owning: $0)) }
            if received.count == 0 { return finish(nil) }
            if descriptors.count > PacketSocket.descriptorsMax {
                return finish(.brokenProtocol("more descriptors than a message may bring"))
            }
            do throws(WireError) {
                let packet = UnsafeRawBufferPointer(rebasing: buffer[..<received.count])
                guard let record = try assembler.add(packet) else { continue }
                let arrived = descriptors
                descriptors = []
                receive(record, arrived)
            } catch {
                return finish(.brokenProtocol(error.reason))
            }
        }
    }

    private func finish(_ error: ZygoteError?) {
        close()
        atEnd(error)
    }
}
