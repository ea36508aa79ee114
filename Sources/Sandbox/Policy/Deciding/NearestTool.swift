internal import YAML

enum NearestTool {
    static func hint(for name: String) -> String { NearestName.hint(for: name, among: ToolName.all) }
}
