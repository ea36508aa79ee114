internal import LinuxSystem
internal import YAML

extension Script {
    /// Pure: start, reload and tests come through here. All that is wrong is told at once.
    package static func load(_ bytes: [UInt8], file: String) -> Result<Script, ConfigurationError> {
        var reader = SettingsReader(file: file)
        var draft = ScriptDraft()
        do throws(YAMLError) {
            guard let node = try YAML.parse(bytes, file: file) else {
                reader.report(.start, "", "the script is empty; it begins with `version: 1` and has `steps`")
                return .failure(ConfigurationError(reader.problems))
            }
            ScriptKeys.root.decode(node, "", into: &draft, &reader)
        } catch {
            let place = ConfigurationProblem.Place.file(file, error.position)
            return .failure(ConfigurationError([ConfigurationProblem(place: place, key: "", message: error.message)]))
        }
        if reader.problems.isEmpty {
            if draft.version == nil { reader.report(.start, "version", "is missing; write `version: 1`") }
            if draft.steps.isEmpty { reader.report(.start, "steps", "is missing or empty; a script needs an answer") }
        }
        guard reader.problems.isEmpty else { return .failure(ConfigurationError(reader.problems)) }
        let steps = draft.steps.enumerated().compactMap { step($1, number: $0 + 1) }
        return .success(Script(file: file, models: draft.models, defaults: draft.defaults, steps: steps))
    }

    private static func step(_ draft: ScriptDraft.Step, number: Int) -> ScriptStep? {
        guard let reply = draft.reply else { return nil }
        return ScriptStep(
            number: number, line: draft.position.line, name: draft.name, conditions: draft.conditions,
            times: draft.once == true ? 1 : draft.times, reply: reply)
    }

    /// Reads the file and loads it.
    package static func load(file: String) -> Result<Script, ConfigurationError> {
        do throws(SystemError) {
            return load(try File.read(file, limit: bytesMax), file: file)
        } catch {
            let problem = ConfigurationProblem(
                place: .wholeFile(file), key: "", message: "the script cannot be read: \(error.reason)")
            return .failure(ConfigurationError([problem]))
        }
    }

    /// YAML.parse refuses more; reading one byte over it is enough to know.
    private static let bytesMax = 1 << 20
}
