internal import JSON
internal import LinuxSystem

/// Hands what a change takes away to the host, in a frame between request and reply, and waits for its word.
///
///     {"keep":{"before":{"mode":420,"bytes":3}|null,"after":{"bytes":4}}}   and both contents as the blob
///     {"go":true}  or  {"stop":"why"}
struct HostKeeper: ChangeKeeper {
    let channel: FrameChannel
    /// Of what is longer only the length is told: the host says in the result that it is not kept.
    let bytesMax: Int

    func offer(_ before: KeptFile?, after: [UInt8]) throws(ToolFailure) {
        var parts: [[UInt8]] = []
        var old = JSONValue.null
        if let before {
            old = about(before.bytes, before.size, &parts)
            old["mode"] = .int(before.mode)
        }
        let new = about(after, after.count, &parts)
        do throws(FrameError) {
            try channel.send(json: (["keep": ["before": old, "after": new]] as JSONValue).bytes(), blobs: parts)
        } catch {
            throw Self.gone(error)
        }
    }

    func settle() throws(ToolFailure) {
        let arrival: FrameChannel.Arrival?
        do throws(FrameError) {
            arrival = try channel.next()
        } catch {
            throw Self.gone(error)
        }
        guard let arrival, let word = try? JSONValue(parsing: Array(arrival.json)) else { throw Self.gone(.cutOff) }
        if word["go"]?.bool == true { return }
        throw ToolFailure(
            .notKept, "Nothing was changed: \(word["stop"]?.string ?? "the file as it is could not be kept").")
    }

    private func about(_ bytes: [UInt8]?, _ size: Int, _ parts: inout [[UInt8]]) -> JSONValue {
        guard let bytes, bytes.count <= bytesMax else { return ["bytes": .int(size), "left_out": true] }
        parts.append(bytes)
        return ["bytes": .int(bytes.count)]
    }

    private static func gone(_ error: FrameError) -> ToolFailure {
        ToolFailure(.notKept, "Nothing was changed: nobody was there to keep the file as it is (\(error)).")
    }
}
