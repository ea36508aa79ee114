import LinuxSystem
import TestSupport
import Testing

@Suite struct ByteBufferTests {
    @Test(arguments: UInt64(1)...30)
    func agreesWithAnArray(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let buffer = ByteBuffer(capacity: Int.random(in: 0..<64, using: &random))
        var model: [UInt8] = []
        for step in 0..<800 {
            let bytes = (0..<Int.random(in: 0..<700, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            switch Int.random(in: 0..<9, using: &random) {
            case 0:
                buffer.append(bytes)
                model += bytes
            case 1:
                buffer.append(UInt8(step & 255))
                model.append(UInt8(step & 255))
            case 2:
                let number = Int.random(in: .min ... .max, using: &random)
                buffer.append(decimal: number)
                model += Array(String(number).utf8)
            case 3, 4, 5:
                let count = Int.random(in: 0...model.count, using: &random)
                buffer.consume(count)
                model.removeFirst(count)
            case 6:
                let room = buffer.writable(minimum: bytes.count)
                #expect(room.count >= bytes.count)
                room.copyBytes(from: bytes)
                buffer.commit(bytes.count)
                model += bytes
            case 7:
                let low = Int.random(in: 0...model.count, using: &random)
                let high = Int.random(in: low...model.count, using: &random)
                bytes.withUnsafeBytes { buffer.replace(low..<high, with: $0) }
                model.replaceSubrange(low..<high, with: bytes)
            default:
                buffer.append("text \(step)")
                model += Array("text \(step)".utf8)
            }
            #expect(buffer.count == model.count && buffer.isEmpty == model.isEmpty)
            #expect(buffer.readable.elementsEqual(model))
        }
        buffer.removeAll()
        #expect(buffer.isEmpty)
    }

    @Test(arguments: [0, 1, 9, 10, -1, -10, .max, .min])
    func writesNumbers(value: Int) {
        let buffer = ByteBuffer()
        buffer.append(decimal: value)
        #expect(String(decoding: buffer.readable, as: UTF8.self) == String(value))
    }

    /// What lies behind the content belongs to the buffer, at every fill: the address sanitizer would say otherwise.
    @Test func thePaddingIsReadable() {
        for count in [0, 1, 511, 512, 513, 4096, 1 << 20] {
            let buffer = ByteBuffer(capacity: count)
            buffer.append([UInt8](repeating: 7, count: count))
            let padded = UnsafeRawBufferPointer(
                start: buffer.readable.baseAddress, count: count + ByteBuffer.paddingBytes)
            #expect(padded.prefix(count).allSatisfy { $0 == 7 })
            _ = padded.suffix(ByteBuffer.paddingBytes).reduce(0) { $0 &+ Int($1) }
        }
    }

    /// Whatever is done with it, the array that it was made of stays what it was.
    @Test(arguments: [0, 1000])
    func readsAnArrayWhereItLies(spare: Int) {
        var array: [UInt8] = []
        array.reserveCapacity(100 + spare)
        array += (0..<100).map { UInt8($0) }
        let changes: [(ByteBuffer, inout [UInt8]) -> Void] = [
            { buffer, model in
                buffer.append([7, 8])
                model += [7, 8]
            },
            { buffer, model in
                buffer.consume(100)
                buffer.append([1])
                model = [1]
            },
            { buffer, model in
                buffer.consume(60)
                [UInt8](repeating: 5, count: 3).withUnsafeBytes { buffer.replace(1..<4, with: $0) }
                model.removeFirst(60)
                model.replaceSubrange(1..<4, with: [5, 5, 5])
            },
            { buffer, model in
                buffer.removeAll()
                buffer.writable(minimum: 2).copyBytes(from: [9, 9])
                buffer.commit(2)
                model = [9, 9]
            },
            { buffer, model in
                buffer.letGo()
                model = []
            },
        ]
        for change in changes {
            let buffer = ByteBuffer(holding: array)
            #expect(buffer.readable.elementsEqual(array))
            var model = array
            change(buffer, &model)
            #expect(buffer.readable.elementsEqual(model))
            buffer.append([3])
            #expect(buffer.readable.elementsEqual(model + [3]))
            #expect(array.elementsEqual((0..<100).map { UInt8($0) }))
        }
    }

    @Test func aBufferThatIsFilledAndEmptiedDoesNotGrow() {
        let buffer = ByteBuffer(capacity: 4096)
        for _ in 0..<10_000 {
            buffer.append([UInt8](repeating: 1, count: 1000))
            buffer.consume(900)
            if buffer.count > 2000 { buffer.consume(buffer.count - 100) }
        }
        #expect(buffer.capacity <= 16_384)
    }

    @Test(arguments: UInt64(1)...40)
    func findsATextWhereverItStands(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // Few letters, so that the first and the last one often stand where the text does not.
        let length = Int.random(in: 1..<5000, using: &random)
        let bytes = (0..<length).map { _ in UInt8.random(in: 0x61...0x63, using: &random) }
        for size in 0..<12 {
            let word = (0..<size).map { _ in UInt8.random(in: 0x61...0x63, using: &random) }
            let expected =
                size == 0
                || (size <= length && (0...(length - size)).contains { bytes[$0..<$0 + size].elementsEqual(word) })
            let text = String(decoding: word, as: UTF8.self)
            #expect(bytes.withUnsafeBytes { $0.contains(text) } == expected)
        }
    }
}
