// modules: HTTP
//
// The parser of answers' heads on any bytes: no crash, and the same outcome whether they come at once or in pieces. What is
// accepted has one end of its body, and nothing in its fields that could end a line.

internal import HTTP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The first byte says how large the pieces are, and whether a HEAD request was answered.
    guard let start, count > 1 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
    let step = Int(start[0] & 0x7f) % 61 + 1
    let limit = 4096
    var whole = ResponseHeadParser(bytesMax: limit)
    var pieces = ResponseHeadParser(bytesMax: limit)
    whole.reset(bytesMax: limit, answersHead: start[0] & 0x80 != 0)
    pieces.reset(bytesMax: limit, answersHead: start[0] & 0x80 != 0)
    let expected = whole.parse(bytes)
    var outcome = ResponseHeadParser.Outcome.incomplete
    var end = 0
    while case .incomplete = outcome, end < bytes.count {
        end = min(bytes.count, end + step)
        outcome = pieces.parse(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    }
    precondition(
        ResponseHeadFuzz.describe(expected) == ResponseHeadFuzz.describe(outcome), "pieces differ from the whole")
    if case .complete(let answer, let used) = expected { ResponseHeadFuzz.check(answer, used, limit) }
    return 0
}

private enum ResponseHeadFuzz {
    static func describe(_ outcome: ResponseHeadParser.Outcome) -> String {
        switch outcome {
        case .incomplete: "incomplete"
        // The words show as much as had come.
        case .malformed: "malformed"
        case .complete(let answer, let used):
            "\(used) \(answer.head.status) \(answer.body) \(answer.keepsAlive) \(answer.coding) \(answer.head.fields.list)"
        }
    }

    static func check(_ answer: ResponseHeadParser.Answer, _ used: Int, _ limit: Int) {
        precondition(used <= limit && (200...999).contains(answer.head.status))
        let fields = answer.head.fields
        switch answer.body {
        case .none: break
        case .counted(let count):
            precondition(count >= 0 && !fields.contains("transfer-encoding"))
            precondition(fields.values("content-length").allSatisfy { Int($0) == count })
        case .chunked: precondition(!answer.keepsAlive || !fields.contains("content-length"))
        case .untilClose: precondition(!answer.keepsAlive)
        }
        fields.forEach { name, value in precondition(ASCII.isToken(name) && ASCII.isFieldValue(value)) }
    }
}
