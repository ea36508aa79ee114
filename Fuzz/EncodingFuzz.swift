// modules: JSON JailTools
//
// Encodings on any bytes: what is taken for a text can be written again as the same bytes, or is known to be faulty; what is
// shown holds no control character. And images: whatever they say about themselves, nothing is read outside of them.

internal import JSON
internal import JailTools

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let header = ImageHeader(bytes) { precondition(header.width > 0 && header.height > 0) }
    guard let encoding = TextEncoding.detect(bytes, isWhole: true) else { return 0 }
    let text = DecodedText(bytes, as: encoding)
    text.utf8.withUnsafeBufferPointer { precondition(JSON.isUTF8($0), "decoding made no UTF-8") }
    if text.isExact { precondition(text.encoded() == bytes, "writing again gives something else") }
    let shown = VisibleText.of(String(decoding: text.utf8, as: UTF8.self))
    precondition(
        shown.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) || $0 == "\n" || $0 == "\t"
        })
    precondition(VisibleText.of(shown) == shown)
    return 0
}
