internal import JSON

/// A call that a model wrote into its text.
struct WrittenCall: Equatable {
    /// The client's name of the tool.
    let name: String
    /// An object of JSON.
    let arguments: [UInt8]
}

/// Reads what a scanner has followed to its end.
struct WrittenCallReader {
    let tools: WrittenTools
    private let parser = JSONParser()

    init(_ tools: WrittenTools) { self.tools = tools }

    /// nil: it is no call, or one of a tool that the request does not have.
    func calls(_ text: ArraySlice<UInt8>, _ scanner: WrittenCallScanner) -> [WrittenCall]? {
        let start = text.startIndex
        let objects = scanner.objects.map { text[(start + $0.lowerBound)..<(start + $0.upperBound)] }
        let known = tools[scanner.name]
        guard objects.isEmpty else {
            guard let known else { return all(objects.map { call($0) }) }
            return objects.count == 1 ? [WrittenCall(name: known.name, arguments: Self.mended(objects[0]))] : nil
        }
        var inside = text[(start + scanner.form.opening.count)...]
        if let closing = scanner.form.closing, inside.reversed().starts(with: closing.reversed()) {
            inside = inside.dropLast(closing.count)
        }
        var tags = WrittenTags(inside)
        if let known {
            tags.skip(name: scanner.name)
            return tags.call(of: known).map { [$0] }
        }
        return tags.calls(tools)
    }

    private func all(_ calls: [WrittenCall?]) -> [WrittenCall]? {
        let known = calls.compactMap(\.self)
        return known.isEmpty || known.count < calls.count ? nil : known
    }

    private func call(_ object: ArraySlice<UInt8>) -> WrittenCall? {
        guard let document = try? parser.parse(copying: Self.mended(object)) else { return nil }
        return document.withRoot { root in
            let inner = root["function"].flatMap { $0.isObject ? $0 : nil } ?? root
            let name = ["name", "tool_name", "tool", "function"].lazy.compactMap { inner[$0]?.string }.first
            guard let name, let tool = tools[name.utf8] else { return nil }
            let arguments = ["arguments", "parameters", "input", "args"].lazy.compactMap { inner[$0] }.first
            return WrittenCall(name: tool.name, arguments: ToolArguments.object(arguments, isCut: false))
        }
    }

    private static func mended(_ object: ArraySlice<UInt8>) -> [UInt8] {
        var mender = ArgumentMender()
        var mended: [UInt8] = []
        object.withUnsafeBufferPointer { mender.add($0, to: &mended) }
        mender.finish(isCut: false, to: &mended)
        return mended
    }
}
