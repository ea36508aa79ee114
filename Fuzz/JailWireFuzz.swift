// modules: Confinement
//
// Everything that goes over the socket between a jail and its host, on any bytes: the first says which side reads. What is
// taken says the same thing when it is said again.

internal import Confinement

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    let content = Array(bytes.dropFirst())
    let rest = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: start, count: count).dropFirst())
    switch choice % 6 {
    case 0: again(content) { bytes throws(WireError) in try JailPlan(decoding: bytes).encode() }
    case 1: again(content) { bytes throws(WireError) in try JailRun(decoding: bytes).encode() }
    case 2: again(content) { bytes throws(WireError) in try ReadyAnswer(decoding: bytes).encode() }
    case 3: again(content) { bytes throws(WireError) in try FailedAnswer(decoding: bytes).encode() }
    case 4: again(content) { bytes throws(WireError) in try EndedAnswer(decoding: bytes).encode() }
    default: packets(rest, forZygote: choice & 0x80 != 0)
    }
    return 0
}

private func again(_ bytes: [UInt8], _ read: ([UInt8]) throws(WireError) -> [UInt8]) {
    guard let once = try? read(bytes) else { return }
    guard let twice = try? read(once) else { preconditionFailure("what was written cannot be read") }
    precondition(once == twice, "it says something else the second time")
}

/// A byte of length before each packet.
private func packets(_ bytes: UnsafeRawBufferPointer, forZygote: Bool) {
    var assembler = RecordAssembler(forZygote: forZygote)
    var rest = bytes[...]
    while let length = rest.popFirst() {
        let packet = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(length)))
        rest = rest.dropFirst(packet.count)
        let record: Record?
        do throws(WireError) {
            record = try assembler.add(packet)
        } catch {
            return
        }
        if let record {
            precondition(record.kind.isForZygote == forZygote && record.content.count <= record.kind.bytesMax)
        }
    }
}
