internal import CCurl

/// The library behind the client, as `doctor` shows it: the one that is loaded, which may be newer than the one we were
/// built with.
package struct HTTPLibrary: Sendable, Equatable {
    package let version: String
    /// Such as `OpenSSL/3.0.15`; nil without TLS.
    package let tls: String?
    package let http2: Bool
    package let brotli: Bool
    package let zstd: Bool

    package init(version: String, tls: String?, http2: Bool, brotli: Bool, zstd: Bool) {
        self.version = version
        self.tls = tls
        self.http2 = http2
        self.brotli = brotli
        self.zstd = zstd
    }

    package static func loaded() -> HTTPLibrary {
        // All that is read below has been there since the first form of the structure.
        guard ccurl_load() == nil, let information = ccurl_version_info()?.pointee else {
            return HTTPLibrary(version: "unknown", tls: nil, http2: false, brotli: false, zstd: false)
        }
        func has(_ feature: Int32) -> Bool { information.features & feature != 0 }
        return HTTPLibrary(
            version: String(cString: information.version),
            tls: has(CURL_VERSION_SSL) ? information.ssl_version.map { String(cString: $0) } : nil,
            http2: has(CURL_VERSION_HTTP2), brotli: has(CURL_VERSION_BROTLI), zstd: has(CURL_VERSION_ZSTD))
    }
}
