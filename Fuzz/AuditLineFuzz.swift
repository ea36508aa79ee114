// modules: Digest ToolRuntime
//
// Any bytes as a file of the audit log: no crash, the same lines however they arrive, bounded memory, and never an intact
// chain but one whose every link holds.

internal import Digest
internal import ToolRuntime

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 0 else { return 0 }
    let step = Int(start[0] % 61) + 1
    let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    let whole = AuditLineFuzz.lines(bytes, step: max(1, bytes.count))
    precondition(whole == AuditLineFuzz.lines(bytes, step: step), "pieces differ from the whole")
    var rebuilt: [UInt8] = []
    for line in whole {
        precondition(line.bytes.count <= AuditRecord.bytesMax)
        rebuilt += line.bytes + (line.isWhole ? [0x0A] : [])
    }
    if !whole.contains(where: \.isTooLong) { precondition(rebuilt == bytes, "bytes were lost") }
    let report = AuditReport(checking: whole)
    if report.isIntact, report.records > 0 { AuditLineFuzz.checkChain(whole) }
    return 0
}

private enum AuditLineFuzz {
    static func lines(_ bytes: [UInt8], step: Int) -> [AuditLine] {
        var splitter = AuditLineSplitter(fileNumber: 1)
        var lines: [AuditLine] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            splitter.take(rest.prefix(step)) { lines.append($0) }
            rest = rest.dropFirst(step)
        }
        if let end = splitter.end() { lines.append(end) }
        return lines
    }

    static func checkChain(_ lines: [AuditLine]) {
        var end = AuditEnd.beginning
        for line in lines {
            // Others are explained by a notice, or not whole.
            guard let record = AuditRecord.read(line.bytes) else { continue }
            precondition(record.link.sequence == end.sequence + 1 && record.link.previous == end.hash)
            end = AuditEnd(sequence: record.link.sequence, hash: SHA256(of: line.bytes))
        }
    }
}
