internal import CYAML
package enum YAML { package static var v: String { String(cString: yaml_get_version_string()) } }
