// modules: HTTP
//
// The parser of request heads on any bytes: no crash, and the same outcome whether they come at once or in pieces. What
// is accepted has one framing, one host, and nothing that could end a line.

internal import HTTP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The first byte says how large the pieces are.
    guard let start, count > 1 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
    let step = Int(start[0] % 61) + 1
    let limit = 4096
    var whole = RequestHeadParser(bytesMax: limit)
    var pieces = RequestHeadParser(bytesMax: limit)
    let expected = whole.parse(bytes)
    var outcome = RequestHeadParser.Outcome.incomplete
    var end = 0
    while case .incomplete = outcome, end < bytes.count {
        end = min(bytes.count, end + step)
        outcome = pieces.parse(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    }
    precondition(HTTPHeadFuzz.describe(expected) == HTTPHeadFuzz.describe(outcome), "pieces differ from the whole")
    if case .complete(let head, let used) = expected { HTTPHeadFuzz.check(head, used, limit) }
    return 0
}

private enum HTTPHeadFuzz {
    static func describe(_ outcome: RequestHeadParser.Outcome) -> String {
        switch outcome {
        case .incomplete: "incomplete"
        case .refused(let refusal): "\(refusal.status) \(refusal.reason)"
        case .complete(let head, let used):
            "\(used) \(head.method) \(head.target) \(head.body) \(head.keepsAlive) \(head.expectsContinue) \(head.fields.list)"
        }
    }

    static func check(_ head: RequestHead, _ used: Int, _ limit: Int) {
        precondition(used <= limit && !head.method.isEmpty)
        precondition(head.target == "*" || head.target.utf8.first == 0x2f)
        precondition(head.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
        precondition(head.fields.values("host").count <= 1)
        let lengths = head.fields.values("content-length")
        let encodings = head.fields.values("transfer-encoding")
        precondition(lengths.count + encodings.count <= 1, "two ways to find the end of the body")
        switch head.body {
        case .none: precondition(encodings.isEmpty && lengths.allSatisfy { Int($0) == 0 })
        case .counted(let count): precondition(lengths.map { Int($0) } == [count])
        case .chunked: precondition(encodings.map { $0.lowercased() } == ["chunked"] && !head.isHTTP10)
        }
        head.fields.forEach { name, value in
            precondition(ASCII.isToken(name) && ASCII.isFieldValue(value))
        }
    }
}
