internal import JSON

/// What was told of the items of a response so far. Deltas say what is new, and the events that end a part, an item or the
/// response say all of it once more: what came in deltas must not be told again, and what came without any must be told.
struct ResponsesItems {
    struct Place: Hashable {
        let item: Int
        let part: Int
    }

    var spoken: Set<Place> = []
    var called: Set<Int> = []
    /// The item whose thinking is told now, and how many bytes each part of its summary has.
    private(set) var thinker: Int?
    private(set) var parts: [Int] = []
    private(set) var thought: Set<Int> = []
    private var payload: [UInt8]?
    /// What is counted; its memory stays.
    private var words: [UInt8] = []

    /// Whether a new part of the summary begins, behind another.
    mutating func think(_ item: Int, part: Int, _ delta: JSONElement) -> Bool {
        words.removeAll(keepingCapacity: true)
        delta.appendUTF8(to: &words)
        if thinker != item {
            thinker = item
            thought.insert(item)
            parts = []
        }
        let isNext = !parts.isEmpty && part >= parts.count
        if part >= parts.count { parts.append(0) }
        parts[parts.count - 1] += words.count
        return isNext
    }

    mutating func keep(_ item: ReasoningItem) { payload = item.payload }

    mutating func takePayload() -> [UInt8]? {
        defer { payload = nil }
        return payload
    }
}

/// The events of the Responses API.
extension ChatStream {
    mutating func note(response root: JSONElement) {
        guard let type = root["type"], type.isString else { return }
        let item = root["output_index"]?.int ?? 0
        // What comes a thousand times is known without a string of its own. That a response was created says nothing yet: as
        // long as nothing was said, an error can have a status.
        if type.equals("response.output_text.delta") {
            note(words: root, item)
        } else if type.equals("response.function_call_arguments.delta") {
            guard let delta = root["delta"] else { return }
            items.called.insert(item)
            note(arguments: delta, item)
        } else if type.equals("response.reasoning_summary_text.delta") || type.equals("response.reasoning_text.delta") {
            begin()
            guard let delta = root["delta"], delta.isString else { return }
            think(delta, item, part: root["summary_index"]?.int ?? root["content_index"]?.int ?? 0)
        } else {
            note(rare: type.string ?? "", root, item)
        }
    }

    private mutating func note(words root: JSONElement, _ item: Int) {
        begin()
        items.spoken.insert(.init(item: item, part: root["content_index"]?.int ?? 0))
        if let delta = root["delta"], delta.isString { said(delta) }
    }

    private mutating func note(rare type: String, _ root: JSONElement, _ item: Int) {
        switch type {
        case "response.refusal.delta":
            finish.hasRefused = true
            note(words: root, item)
        case "response.output_item.added":
            begin()
            if let added = root["item"], added["type"]?.equals("function_call") == true { beginCall(added, item) }
        case "response.output_item.done": if let done = root["item"] { note(done: done, item) }
        case "response.completed", "response.incomplete":
            guard let response = root["response"] else { return }
            note(end: response)
        case "response.failed", "response.cancelled":
            fail(ChatFailure.read(status: 200, root["response"] ?? root, provider: context.provider))
        case "error": fail(ChatFailure.read(status: 200, root, provider: context.provider))
        default: return
        }
    }

    private mutating func think(_ delta: JSONElement, _ item: Int, part: Int) {
        let begins = items.think(item, part: part, delta)
        guard begins, context.showsThinking, !isInCall else { return thought(delta) }
        openThinking()
        Array(ReasoningItem.separator.utf8).withUnsafeBufferPointer { writer.delta(utf8: $0) }
        thought(delta)
    }

    private mutating func beginCall(_ call: JSONElement, _ item: Int) {
        let arguments = call["arguments"].flatMap { $0.isString && $0.sourceBytes.count > 2 ? $0 : nil }
        if arguments != nil { items.called.insert(item) }
        note(name: call["name"]?.string, arguments: arguments, id: call["call_id"]?.string, index: item)
    }

    private mutating func note(arguments: JSONElement, _ item: Int) {
        note(name: nil, arguments: arguments, id: nil, index: item)
    }

    // MARK: What is done

    /// An item once more, whole.
    private mutating func note(done item: JSONElement, _ place: Int) {
        switch item["type"]?.string {
        case "message": note(message: item, place)
        case "function_call":
            if !calls.all.contains(where: { $0.index == place }) {
                begin()
                beginCall(item, place)
            } else if !items.called.contains(place), let arguments = item["arguments"] {
                note(arguments: arguments, place)
            }
            // Clients run a call once its block ends, however long the answer goes on.
            if let open = calls.openPlace, calls.all[open].index == place, calls.all[open].mender.isComplete {
                endCall(isCut: false)
            }
        case "reasoning": note(reasoning: item, place)
        default: return
        }
    }

    private mutating func note(message: JSONElement, _ place: Int) {
        guard let content = message["content"] else { return }
        for (index, part) in content.elements.enumerated()
        where items.spoken.insert(.init(item: place, part: index)).inserted {
            begin()
            if let refusal = part["refusal"], refusal.isString {
                finish.hasRefused = true
                said(refusal)
            } else if let text = part["text"], text.isString {
                said(text)
            }
        }
    }

    private mutating func note(reasoning item: JSONElement, _ place: Int) {
        begin()
        guard context.showsThinking, let id = item["id"]?.string else { return }
        if !items.thought.contains(place) {
            let told = item["summary"]?.count ?? 0 > 0 ? item["summary"] : item["content"]
            let parts = told.map { Array($0.elements) } ?? []
            for (number, part) in parts.enumerated() {
                if let words = part["text"], words.isString { think(words, place, part: number) }
            }
        }
        // Nothing can be put before a call that has begun; that it is signed too is no more than it costs.
        if isInCall { return }
        var kept = ReasoningItem(id: id)
        kept.encrypted = item["encrypted_content"]?.string
        if items.thinker == place { kept.parts = items.parts }
        guard kept.encrypted != nil || items.thinker == place else { return }
        // Thinking without a summary: a block with nothing to read, which is kept for the model.
        if items.thinker != place || writer.open != .thinking {
            closeBlock()
            openThinking()
        }
        items.keep(kept)
        closeBlock()
    }

    private mutating func note(end response: JSONElement) {
        begin()
        if let output = response["output"], output.isArray {
            for (place, item) in output.elements.enumerated() where needs(item, place) { note(done: item, place) }
        }
        finish.note(response: response)
        if let usage = TokenCounts(response: response["usage"]) { counts = usage }
        end(cut: nil)
    }

    /// Whether an item of the end was not told before. Thinking behind what it led to would be worth nothing.
    private func needs(_ item: JSONElement, _ place: Int) -> Bool {
        item["type"]?.equals("reasoning") != true
            && (item["type"]?.equals("function_call") != true
                || !calls.all.contains { $0.index == place && $0.hasEnded })
    }
}
