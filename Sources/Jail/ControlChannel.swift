internal import Confinement
internal import LinuxSystem

/// The zygote's end of the socket: messages with their descriptors.
final class ControlChannel {
    private let socket: PacketSocket
    private var assembler = RecordAssembler(forZygote: true)
    private var descriptors: [Int32] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Record.packetBytesMax, alignment: 16)

    /// A message, and what came with it. Whoever takes it owns the descriptors.
    struct Arrival {
        let record: Record
        let descriptors: [Int32]
    }

    enum Reading {
        case arrived(Arrival)
        /// Nothing more for now.
        case nothing
        /// The host is gone, or is not whom it should be. Either way nobody is left to serve.
        case over
    }

    static func isOpen(_ fd: Int32) -> Bool { Descriptor.isOpen(fd) }

    init(owning fd: Int32) { socket = PacketSocket(owning: Descriptor(owning: fd)) }

    deinit { buffer.deallocate() }

    var raw: Int32 { socket.raw }

    func awaitPlan() throws(FailedAnswer) -> JailPlan {
        guard case .arrived(let arrival) = read(waits: true), arrival.record.kind == .plan, arrival.descriptors.isEmpty
        else { throw FailedAnswer(.readPlan, code: SystemError.invalid, subject: "no plan came") }
        do throws(WireError) {
            return try JailPlan(decoding: arrival.record.content)
        } catch {
            throw FailedAnswer(.readPlan, code: SystemError.invalid, subject: error.reason)
        }
    }

    func read(waits: Bool = false) -> Reading {
        while true {
            let received: (count: Int, descriptors: [Int32])?
            do throws(SystemError) {
                received = try socket.receive(into: buffer, waits: waits)
            } catch {
                return .over
            }
            guard let received else { return .nothing }
            descriptors += received.descriptors
            if received.count == 0 || descriptors.count > PacketSocket.descriptorsMax { return .over }
            do throws(WireError) {
                let packet = UnsafeRawBufferPointer(rebasing: buffer[..<received.count])
                guard let record = try assembler.add(packet) else { continue }
                defer { descriptors = [] }
                return .arrived(Arrival(record: record, descriptors: descriptors))
            } catch {
                return .over
            }
        }
    }

    /// False when there is no room now.
    func sendAtOnce(_ record: Record, _ descriptors: [Int32] = []) -> Bool {
        // Answers fit into one packet each; a host that is gone is noticed when reading.
        for packet in record.packets() where (try? socket.send(packet, descriptors: descriptors)) == false {
            return false
        }
        return true
    }
}
