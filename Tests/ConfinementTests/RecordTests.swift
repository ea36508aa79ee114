import Confinement
import Testing

/// Messages of more than one packet, and packets that do not belong together.
struct RecordTests {
    private func assemble(_ packets: [[UInt8]], forZygote: Bool = true) throws -> [Record] {
        var assembler = RecordAssembler(forZygote: forZygote)
        var records: [Record] = []
        for packet in packets {
            if let record = try packet.withUnsafeBytes({ raw throws(WireError) in try assembler.add(raw) }) {
                records.append(record)
            }
        }
        return records
    }

    @Test(arguments: [0, 1, 32759, 32760, 32761, 100_000]) func `A message of any size arrives whole`(
        _ size: Int
    ) throws {
        let record = Record(.plan, run: 3, content: (0..<size).map { UInt8(truncatingIfNeeded: $0) })
        #expect(record.packets().allSatisfy { $0.count <= Record.packetBytesMax })
        #expect(try assemble(record.packets() + record.packets()) == [record, record])
    }

    @Test func `What is not for this side is refused`() {
        let answer = Record(.ready, content: [])
        #expect(throws: WireError.self) { try assemble(answer.packets()) }
        #expect(throws: WireError.self) { try assemble(Record(.run, content: []).packets(), forZygote: false) }
    }

    @Test func `Packets that do not belong together are refused`() {
        let one = Record(.plan, run: 1, content: Array(repeating: 0, count: 50_000)).packets()
        let other = Record(.plan, run: 2, content: Array(repeating: 0, count: 50_000)).packets()
        let kind = Record(.run, run: 1, content: Array(repeating: 0, count: 50_000)).packets()
        #expect(throws: WireError.self) { try assemble([one[0], other[1]]) }
        #expect(throws: WireError.self) { try assemble([one[0], kind[1]]) }
        #expect(throws: WireError.self) { try assemble([one[0], other[0]]) }
    }

    @Test func `A packet that is short, marked or of no kind is refused`() {
        let packet = Record(.signal, run: 1, content: [1]).packets()[0]
        for count in 0..<Record.headBytes {
            #expect(throws: WireError.self) { try assemble([Array(packet[..<count])]) }
        }
        for index in 0..<4 {
            var broken = packet
            broken[index] = 0xee
            #expect(throws: WireError.self) { try assemble([broken]) }
        }
    }

    @Test func `A message without an end has one`() {
        let packet = Record(.signal, run: 1, content: Array(repeating: 0, count: 60)).packets()[0]
        var first = packet
        first[1] = 1
        #expect(throws: WireError.self) { try assemble([first, first]) }
        // Nor does it go on for ever with nothing in it.
        let empty = Array(first[..<Record.headBytes])
        #expect(throws: WireError.self) { try assemble([empty]) }
    }
}
