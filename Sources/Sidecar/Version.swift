internal import HTTP
internal import JSON
internal import YAML

/// What this program is, and what it was linked to.
package enum Version {
    package static let current = "0.1.0"
    /// What upstreams read when we ask them something of our own.
    package static let userAgent = "sidecar/\(current)"

    /// In the order of their names.
    package static var libraries: [(name: String, version: String)] {
        // The JSON module names the library before its version, for people.
        [
            ("libcurl", UpstreamClient.libraryVersion), ("libyaml", YAML.libraryVersion),
            ("simdjson", String(JSON.implementation.dropFirst("simdjson ".count))),
        ]
    }
}
