import JSON
import JailTools
import LinuxSystem

/// A folder with a session at work in it: it remembers what the tools say was seen, as a host does.
final class Workspace {
    let path: String
    private(set) var known: [String: ToolCall.Known] = [:]
    private(set) var last = ToolReply([])
    var limits = ToolLimits()
    var tidies = false

    init() throws {
        path = try File.makeTemporaryFolder("\(ProcessInfo.environment("TMPDIR") ?? "/tmp")/sidecar-tools-")
    }

    deinit { File.removeTree(path) }

    @discardableResult
    func run(_ tool: String, _ input: JSONValue) -> ToolReply {
        let call = ToolCall(
            tool: tool, input: input.object ?? JSONObject(), workspace: path, known: known, limits: limits,
            isDurable: false, tidies: tidies)
        do throws(ToolFailure) {
            last = try ToolServer.run(call)
        } catch {
            last = ToolReply(error)
        }
        for seen in last.seen { known[seen.path] = ToolCall.Known(hash: seen.hash, isWhole: seen.isWhole) }
        return last
    }

    @discardableResult
    func read(_ name: String, _ more: JSONValue = [:]) -> ToolReply {
        var input = more
        input["file_path"] = .string(at(name))
        return run("Read", input)
    }

    @discardableResult
    func edit(_ name: String, _ old: String, _ new: String, all: Bool = false) -> ToolReply {
        run(
            "Edit",
            [
                "file_path": .string(at(name)), "old_string": .string(old), "new_string": .string(new),
                "replace_all": .bool(all),
            ])
    }

    @discardableResult
    func write(_ name: String, _ content: String) -> ToolReply {
        run("Write", ["file_path": .string(at(name)), "content": .string(content)])
    }

    func at(_ name: String) -> String { name.isEmpty ? path : "\(path)/\(name)" }

    /// Behind the tools' back.
    func put(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
        if File.exists(at(name)) { try File.remove(at(name)) }
        try File.writeNew(at(name), bytes, mode: mode)
    }

    func put(_ name: String, _ text: String) throws { try put(name, Array(text.utf8)) }

    func bytes(_ name: String) throws -> [UInt8] { try File.read(at(name)) }
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
}

extension ToolReply {
    var code: ToolFailure.Code? { failure?.code }

    var texts: [String] { content.compactMap { if case .text(let text) = $0 { text } else { nil } } }
}
