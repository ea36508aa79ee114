internal import CYAML

extension YAML {
    /// Of the library that does the parsing.
    package static var libraryVersion: String { String(cString: yaml_get_version_string()) }
}
