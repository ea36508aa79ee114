internal import CXXHash

/// What tells the contents of a file apart: XXH3-128 of its bytes, in hexadecimal. Not against somebody who makes two
/// contents of one hash on purpose (docs/decisions/017-tools.md); that one could as well write the file behind our back.
final class ContentHash {
    private let state: OpaquePointer

    init() {
        guard let state = cxxhash_create() else { preconditionFailure("no memory for the state of a hash") }
        self.state = state
    }

    deinit { cxxhash_free(state) }

    func update(_ bytes: UnsafeRawBufferPointer) { cxxhash_update(state, bytes.baseAddress, bytes.count) }

    var text: String {
        var digest = [UInt8](repeating: 0, count: 16)
        cxxhash_digest(state, &digest)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func of(_ bytes: [UInt8]) -> String {
        let hash = ContentHash()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.text
    }
}
