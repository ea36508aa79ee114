internal import JSON
package import LinuxSystem

/// Serves one request after the other until the host goes away.
package final class ToolServer {
    private let channel: FrameChannel
    private let parser = JSONParser()

    package init(owning socket: consuming Descriptor) { channel = FrameChannel(owning: socket) }

    /// Ends with nil when the host closes the socket between two frames, else with what broke it off.
    package func serve() -> FrameError? {
        while true {
            do throws(FrameError) {
                guard let arrival = try channel.next() else { return nil }
                let reply = answer(arrival)
                try channel.send(json: reply.json, blobs: reply.blob.isEmpty ? [] : [reply.blob])
            } catch {
                // Where the next frame would begin nobody can know any more.
                if case .tooLong = error {
                    try? channel.send(json: ToolReply(ToolFailure(.badRequest, "\(error)")).encode())
                }
                return error
            }
        }
    }

    private func answer(_ arrival: FrameChannel.Arrival) -> (json: [UInt8], blob: [UInt8]) {
        var reply: ToolReply
        do throws(ToolFailure) {
            var call = try call(arrival.json)
            call.blob = Array(arrival.blob)
            if let bytes = call.keepBytes { call.keeper = HostKeeper(channel: channel, bytesMax: bytes) }
            reply = try Self.run(call)
        } catch {
            reply = ToolReply(error)
        }
        var encoded = reply.encode()
        if encoded.count <= Frame.jsonBytesMax { return (encoded, reply.blob) }
        // What was done was done, and has to be told.
        reply.structured = .null
        encoded = reply.encode()
        if encoded.count <= Frame.jsonBytesMax { return (encoded, reply.blob) }
        let text = "The result takes \(encoded.count) bytes, more than \(Frame.jsonBytesMax). Ask for less at a time."
        return (ToolReply(ToolFailure(.tooLarge, text)).encode(), [])
    }

    private func call(_ json: UnsafeRawBufferPointer) throws(ToolFailure) -> ToolCall {
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(json)
        } catch {
            throw ToolFailure(.badRequest, "The request is not JSON: \(error)")
        }
        return try document.withRoot { root throws(ToolFailure) in try ToolCall(root) }
    }

    package static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        guard let tool = tools[call.tool] else {
            let names = tools.keys.sorted().joined(separator: ", ")
            throw ToolFailure(.unknownTool, "No tool \"\(call.tool)\" here. There are: \(names).")
        }
        return try tool(call)
    }

    private typealias Tool = @Sendable (ToolCall) throws(ToolFailure) -> ToolReply

    private static let tools: [String: Tool] = [
        "Read": { call throws(ToolFailure) in try ReadTool.run(call) },
        "Write": { call throws(ToolFailure) in try WriteTool.run(call) },
        "Edit": { call throws(ToolFailure) in try EditTool.run(call) },
        "MultiEdit": { call throws(ToolFailure) in try EditTool.runSeveral(call) },
        "NotebookRead": { call throws(ToolFailure) in try NotebookReading.run(call) },
        "NotebookEdit": { call throws(ToolFailure) in try NotebookEditing.run(call) },
        "LS": { call throws(ToolFailure) in try ListTool.run(call) },
        "Page": { call throws(ToolFailure) in try PageTool.run(call) },
    ]
}
