// modules: JSON
// with: Sources/Sidecar/Tracing/TraceRecord.swift
//
// What `policy trace` reads of the recorder, which was inside of the jail: any text is a record, perhaps of nothing.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let record = TraceRecord(text)
    let lines = text.split(separator: "\n").count
    precondition(record.programs.count + record.files.count + record.connections.count <= lines)
    precondition(record.calls.count + record.unknownCalls.count <= lines)
    return 0
}
