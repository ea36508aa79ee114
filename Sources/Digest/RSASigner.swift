internal import CCrypto

/// An RSA key that signs: what JSON web tokens call RS256.
package final class RSASigner: @unchecked Sendable {
    // Never changed once it is made, and the library's own count of users is safe.
    private let key: OpaquePointer

    /// Room for the signature of a key of 16,384 bits, more than which the library does not read.
    private static let signatureBytesMax = 2048

    /// nil for what is no RSA key in PEM, or one with a password.
    package init?(pem: String) {
        guard ccrypto_load() == nil, pem.utf8.count <= 1 << 20 else { return nil }
        let text = Array(pem.utf8)
        let key = text.withUnsafeBytes { ccrypto_rsa_key($0.baseAddress, Int32($0.count)) }
        guard let key else { return nil }
        self.key = key
    }

    deinit { ccrypto_free_key(key) }

    package func sign(_ bytes: [UInt8]) -> [UInt8]? {
        var signature = [UInt8](repeating: 0, count: Self.signatureBytesMax)
        let count = bytes.withUnsafeBytes { ccrypto_rs256(key, $0.baseAddress, $0.count, &signature, signature.count) }
        return count == 0 ? nil : Array(signature.prefix(count))
    }
}
