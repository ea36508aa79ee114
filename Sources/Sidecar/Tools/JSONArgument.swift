internal import JSON
internal import LinuxSystem
internal import YAML

/// A flag whose value is JSON: as it is, from a file, or from stdin.
enum JSONArgument {
    /// More than any tool's input that somebody writes by hand.
    private static let bytesMax = 64 << 20

    static func read(_ text: String, flag: String) throws(SettingsError) -> JSONValue {
        var bytes = Array(text.utf8)
        do throws(SystemError) {
            if text == "-" {
                bytes = try StandardInput.read(limit: bytesMax)
            } else if text.hasPrefix("@") {
                bytes = try File.read(String(text.dropFirst()), limit: bytesMax)
            }
        } catch {
            throw wrong(flag, "cannot be read: \(error.reason)")
        }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw wrong(flag, "is no JSON: \(error)")
        }
    }

    private static func wrong(_ flag: String, _ message: String) -> SettingsError {
        SettingsError([SettingsProblem(place: .flag(flag), key: "", message: message)])
    }
}
