internal import JSON

/// The calls of a stream. Blocks come one after the other, so one call at a time is told; deltas of others wait. Mostly none
/// does: upstreams finish one call before they begin the next.
struct ChatStreamCalls {
    struct Call {
        let index: Int?
        /// The upstream's own.
        let upstreamID: String?
        let id: String
        var name: String
        var mender = ArgumentMender()
        /// Arguments that came while another call was told.
        var waiting: [UInt8] = []
        var hasBegun = false
        var hasEnded = false
    }

    var all: [Call] = []
    private(set) var ids: Set<String> = []
    /// Buffers that are used again for every delta.
    var scratch: [UInt8] = []
    var mended: [UInt8] = []

    var hasAny: Bool { all.contains { $0.hasBegun } }
    var openPlace: Int? { all.firstIndex { $0.hasBegun && !$0.hasEnded } }

    mutating func take(_ id: String) -> Bool { ids.insert(id).inserted }

    /// Which call a delta belongs to; nil: a new one. An id that differs begins a new call, whatever the index says:
    /// some upstreams count none of them, others count all of them as the first.
    func place(id: String?, index: Int?, name: String?) -> Int? {
        if let id, !id.isEmpty {
            if let place = all.lastIndex(where: { $0.upstreamID == id }) {
                // The same id under another index is another call: some upstreams have one id for all of them.
                guard let index, let own = all[place].index, own != index else { return place }
                return all.lastIndex { $0.upstreamID == id && $0.index == index }
            }
            // A call that began without its id.
            if let index, let place = all.lastIndex(where: { $0.index == index }), all[place].upstreamID == nil,
                all[place].name.isEmpty
            {
                return place
            }
            return nil
        }
        let place = index.map { index in all.lastIndex { $0.index == index } } ?? all.indices.last
        guard let place else { return nil }
        // A name once more, behind arguments that are whole: the next call, of an upstream that knows no ids.
        if let name, !name.isEmpty, all[place].isWhole { return nil }
        return place
    }
}

extension ChatStreamCalls.Call {
    var isWhole: Bool {
        if mender.isComplete { return true }
        guard !waiting.isEmpty else { return false }
        var probe = mender
        var output: [UInt8] = []
        waiting.withUnsafeBufferPointer { probe.add($0, to: &output) }
        return probe.isComplete
    }
}

extension ChatStream {
    mutating func note(call: JSONElement) {
        guard let function = call["function"] else { return }
        note(function: function, id: call["id"]?.string, index: call["index"]?.int)
    }

    mutating func note(function: JSONElement, id: String?, index: Int?) {
        note(name: function["name"]?.string, arguments: function["arguments"], id: id, index: index)
    }

    mutating func note(name: String?, arguments: JSONElement?, id: String?, index: Int?) {
        let place = calls.place(id: id, index: index, name: name) ?? add(id, index, name)
        if let name, calls.all[place].name.isEmpty { calls.all[place].name = name }
        calls.scratch.removeAll(keepingCapacity: true)
        if let arguments {
            // Some send an object where a string belongs.
            if arguments.isObject {
                calls.scratch.append(contentsOf: arguments.sourceBytes)
            } else {
                arguments.appendUTF8(to: &calls.scratch)
            }
        }
        tell(place)
    }

    private mutating func add(_ id: String?, _ index: Int?, _ name: String?) -> Int {
        var own = ToolIDs.forClient(id ?? "")
        if own.isEmpty || !calls.take(own) {
            own = context.toolID(calls.all.count)
            _ = calls.take(own)
        }
        let upstreamID = id?.isEmpty == true ? nil : id
        calls.all.append(.init(index: index, upstreamID: upstreamID, id: own, name: name ?? ""))
        return calls.all.count - 1
    }

    /// What lies in `calls.scratch` is this call's.
    private mutating func tell(_ place: Int) {
        if let open = calls.openPlace, open != place {
            // The one that is told may be whole, and then it has its turn behind it.
            guard calls.all[open].mender.isComplete else {
                calls.all[place].waiting += calls.scratch
                return
            }
            endCall(isCut: false)
        }
        guard !calls.all[place].hasEnded else { return }
        if !calls.all[place].hasBegun {
            if calls.all[place].name.isEmpty {
                calls.all[place].waiting += calls.scratch
                return
            }
            beginCall(place)
        }
        write(place)
    }

    private mutating func beginCall(_ place: Int) {
        closeBlock()
        forgetBlankText()
        writer.beginTool(id: calls.all[place].id, name: context.names.original(calls.all[place].name))
        calls.all[place].hasBegun = true
        if !calls.all[place].waiting.isEmpty {
            calls.scratch.insert(contentsOf: calls.all[place].waiting, at: 0)
            calls.all[place].waiting = []
        }
    }

    private mutating func write(_ place: Int) {
        calls.mended.removeAll(keepingCapacity: true)
        calls.scratch.withUnsafeBufferPointer { calls.all[place].mender.add($0, to: &calls.mended) }
        if !calls.mended.isEmpty { calls.mended.withUnsafeBufferPointer { writer.delta(utf8: $0) } }
    }

    /// Ends the call that is told.
    mutating func endCall(isCut: Bool) {
        guard let place = calls.openPlace else { return writer.endBlock() }
        calls.mended.removeAll(keepingCapacity: true)
        calls.all[place].mender.finish(isCut: isCut, to: &calls.mended)
        if !calls.mended.isEmpty { calls.mended.withUnsafeBufferPointer { writer.delta(utf8: $0) } }
        calls.all[place].hasEnded = true
        writer.endBlock()
    }

    /// Those that waited have their turn.
    mutating func endCalls(isCut: Bool) {
        let last = calls.all.indices.last { !calls.all[$0].hasEnded }
        if calls.openPlace != nil { endCall(isCut: isCut && calls.openPlace == last) }
        for place in calls.all.indices where !calls.all[place].hasBegun && !calls.all[place].name.isEmpty {
            calls.scratch.removeAll(keepingCapacity: true)
            beginCall(place)
            write(place)
            endCall(isCut: isCut && place == last)
        }
    }
}
