// modules: JailTools
//
// The edit engine and the diff on any bytes: text, old and new string, the first two bytes telling where they are cut. What is
// there exactly is replaced exactly; what is not is changed in one place or refused with words; a patch has all changes.

internal import JailTools

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= 2 else { return 0 }
    let rest = bytes.dropFirst(2)
    let old = rest.prefix(Int(bytes[0]))
    let new = rest.dropFirst(old.count).prefix(Int(bytes[1] & 0x7f))
    let text = Array(rest.dropFirst(old.count + new.count))
    let edit = TextEdit(
        old: String(decoding: old, as: UTF8.self), new: String(decoding: new, as: UTF8.self),
        replacesAll: bytes[1] & 0x80 != 0)
    let places = occurrences(of: edit.old, in: text)
    do throws(ToolFailure) {
        let outcome = try EditEngine.apply(edit, to: text)
        precondition((outcome.match == .exact) == (places > 0), "a looser step was taken, or a stricter one left out")
        precondition(outcome.count == 1 || edit.replacesAll, "several places were changed")
        // Each new line may get the indentation of what was there.
        let lines = edit.new.count { $0 == 0x0a || $0 == 0x0d } + 1
        precondition(outcome.text.count <= text.count + outcome.count * (2 * edit.new.count + lines * text.count + 8))
        if !text.contains(0x0d), outcome.match == .exact {
            let growth = outcome.count * (edit.new.count - edit.old.count)
            precondition(outcome.text.count == text.count + growth, "something else was changed")
        }
        _ = Patch(from: text, to: outcome.text).unified("file", bytesMax: 1000)
    } catch {
        precondition(!error.text.isEmpty)
        precondition(error.code != .noMatch || places == 0, "it is there")
    }
    return 0
}

private func occurrences(of sought: [UInt8], in text: [UInt8]) -> Int {
    guard !sought.isEmpty, sought.count <= text.count else { return 0 }
    return (0...text.count - sought.count).count { text[$0..<$0 + sought.count].elementsEqual(sought) }
}
