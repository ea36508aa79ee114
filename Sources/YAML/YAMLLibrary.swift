internal import CYAML

package enum YAMLLibrary {
    /// Of the library that is loaded.
    package static var version: String { String(cString: yaml_get_version_string()) }
}
