internal import JSON
internal import YAML

/// What this program is, and what it was linked to.
package enum Version {
    package static let current = "0.1.0"

    /// In the order of their names.
    package static var libraries: [(name: String, version: String)] {
        // The JSON module names the library before its version, for people.
        [("libyaml", YAML.libraryVersion), ("simdjson", String(JSON.implementation.dropFirst("simdjson ".count)))]
    }
}
