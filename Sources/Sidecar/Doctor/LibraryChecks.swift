internal import HTTP
internal import JSON
package import Sandbox
internal import YAML

/// The libraries that are loaded, and what they were built with.
package enum LibraryChecks {
    private static let group = "libraries"

    package static func findings() -> [Finding] {
        let http = HTTPLibrary.loaded()
        return [
            client(version: http.version, tls: http.tls),
            http2(http.http2),
            encodings(brotli: http.brotli, zstd: http.zstd),
            Finding(id: "library.json", group: group, status: .info, title: "JSON", detail: JSON.implementation),
            Finding(
                id: "library.yaml", group: group, status: .info, title: "YAML",
                detail: "libyaml \(YAML.libraryVersion)"),
        ]
    }

    package static func client(version: String, tls: String?) -> Finding {
        guard let tls else {
            return Finding(
                id: "library.client", group: group, status: .fail, title: "HTTP client",
                detail: "libcurl \(version) without TLS: no provider can be reached",
                mend: "install the package libcurl4")
        }
        return Finding(
            id: "library.client", group: group, status: .ok, title: "HTTP client", detail: "libcurl \(version), \(tls)")
    }

    package static func http2(_ available: Bool) -> Finding {
        available
            ? Finding(id: "library.http2", group: group, status: .ok, title: "HTTP/2", detail: "spoken to providers")
            : Finding(
                id: "library.http2", group: group, status: .warn, title: "HTTP/2",
                detail: "not in this libcurl: one connection for each request under way",
                mend: "a libcurl that was built with nghttp2")
    }

    /// Both are offered to providers only when the library can undo them, so nothing breaks without.
    package static func encodings(brotli: Bool, zstd: Bool) -> Finding {
        let names = ["gzip"] + (brotli ? ["brotli"] : []) + (zstd ? ["zstd"] : [])
        return Finding(
            id: "library.encodings", group: group, status: brotli && zstd ? .ok : .info, title: "compressed answers",
            detail: names.joined(separator: ", "))
    }
}
