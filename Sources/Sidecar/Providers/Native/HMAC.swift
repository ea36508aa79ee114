internal import Digest

/// RFC 2104 over SHA-256.
enum HMAC {
    private static let blockBytes = 64

    static func code(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > blockBytes ? SHA256(of: key).bytes : key
        block += [UInt8](repeating: 0, count: blockBytes - block.count)
        let inner = SHA256(of: block.map { $0 ^ 0x36 } + message).bytes
        return SHA256(of: block.map { $0 ^ 0x5c } + inner).bytes
    }
}
