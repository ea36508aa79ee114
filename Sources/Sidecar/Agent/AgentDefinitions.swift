internal import LinuxSystem
internal import ToolRuntime

/// The agents that Task knows: what comes with the program, and `.claude/agents/*.md` of the workspace. A definition says what
/// an agent is told, and can take tools from it; it can give nothing.
package struct AgentDefinitions {
    package let known: [AgentDefinition]
    /// File names, each with what is wrong.
    package let wrong: [(name: String, reason: String)]

    package static let general = AgentDefinition(
        name: "general-purpose", description: "Anything that takes several steps.", system: AgentPrompts.general)

    private static let folder = ".claude/agents"
    private static let bytesMax = 256 << 10
    private static let countMax = 100

    package static func load(workspace: String) -> AgentDefinitions {
        var known = [general]
        var wrong: [(String, String)] = []
        guard let files = try? WorkspaceFiles(workspace) else { return AgentDefinitions(known: known, wrong: wrong) }
        for name in files.names(in: folder).filter({ $0.hasSuffix(".md") }).prefix(countMax) {
            do throws(AgentDefinition.Wrong) {
                let definition = try AgentDefinition(
                    try text(files, "\(folder)/\(name)"), fallbackName: String(name.dropLast(".md".count)))
                // One of the workspace counts instead of ours.
                known.removeAll { $0.name == definition.name }
                known.append(definition)
            } catch {
                wrong.append((name, error.reason))
            }
        }
        return AgentDefinitions(known: known, wrong: wrong)
    }

    private static func text(_ files: WorkspaceFiles, _ path: String) throws(AgentDefinition.Wrong) -> String {
        do throws(WorkspaceFiles.Refusal) {
            let (state, content) = try files.now(path)
            guard state.kind == .file, content.count <= bytesMax else {
                throw WorkspaceFiles.Refusal(reason: "it is no file of up to \(bytesMax) bytes")
            }
            return String(decoding: content, as: UTF8.self)
        } catch {
            throw AgentDefinition.Wrong(reason: error.reason)
        }
    }

    package func find(_ name: String) -> AgentDefinition? { known.first { $0.name == name } }

    /// What to tell somebody who asked for one that there is not.
    package func unknown(_ name: String) -> String {
        var text = "There is no agent `\(name.prefix(64))`. There are: \(known.map(\.name).joined(separator: ", "))."
        for one in wrong.prefix(5) { text += " .claude/agents/\(one.name) cannot be used: \(one.reason)." }
        return text
    }
}
