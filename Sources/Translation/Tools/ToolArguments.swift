internal import JSON

/// The arguments of a call that came whole.
enum ToolArguments {
    /// An object in any case: clients and APIs take nothing else.
    static func object(_ arguments: JSONElement?, isCut: Bool) -> [UInt8] {
        guard let arguments else { return Array("{}".utf8) }
        if arguments.isObject { return Array(arguments.sourceBytes) }
        var raw: [UInt8] = []
        arguments.appendUTF8(to: &raw)
        var mender = ArgumentMender()
        var mended: [UInt8] = []
        raw.withUnsafeBufferPointer { mender.add($0, to: &mended) }
        if isCut && !mender.isComplete {
            // Half of a call must not be run as if it were whole.
            return Array("{\"\(ArgumentMender.mark)\":".utf8) + JSONText.quoted(raw) + [UInt8(ascii: "}")]
        }
        mender.finish(isCut: false, to: &mended)
        return mended.isEmpty ? Array("{}".utf8) : mended
    }
}
