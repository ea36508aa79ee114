/// One thing that is wrong with a file of settings: where, which key, and what to do.
package struct SettingsProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Place: Sendable, Equatable, CustomStringConvertible {
        case file(String, YAMLPosition)
        /// A flag of the command line, with its dashes.
        case flag(String)
        /// The file as a whole: missing, unreadable.
        case wholeFile(String)

        package var description: String {
            switch self {
            case .file(let name, let position): "\(name):\(position)"
            case .flag(let name): name
            case .wholeFile(let name): name
            }
        }
    }

    package let place: Place
    /// Dotted, as in `limits.request_bytes`; empty when no key is to blame.
    package let key: String
    package let message: String

    package init(place: Place, key: String, message: String) {
        self.place = place
        self.key = key
        self.message = message
    }

    package var description: String { key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)" }
}

/// All that is wrong with a file of settings, in the order of the file.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [SettingsProblem]

    package init(_ problems: [SettingsProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Who decided a value.
package enum SettingsOrigin: Sendable, Equatable {
    case defaultValue
    case file(YAMLPosition)
    case flag(String)
}
