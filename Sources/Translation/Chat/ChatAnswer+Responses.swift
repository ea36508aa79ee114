internal import JSON

/// Whole answers of the Responses API.
extension ChatAnswer {
    mutating func write(response root: JSONElement) throws(UpstreamFailure) {
        guard let output = root["output"], output.isArray else {
            throw UpstreamFailure(
                status: 502,
                "provider \(context.provider) answered without output; it begins: "
                    + ShownBytes.text(root.sourceBytes))
        }
        let status = root["status"]?.string ?? "completed"
        guard status == "completed" || status == "incomplete" else {
            throw UpstreamFailure(
                status: 502, "provider \(context.provider): the answer is \(status), and nobody waits for it")
        }
        var finish = ChatFinish()
        finish.note(response: root)
        begin()
        for item in output.elements {
            switch item["type"]?.string {
            case "reasoning": reasoning(item)
            case "message": message(item, &finish)
            case "function_call":
                call(item, item["call_id"]?.string, isCut: finish.isCut)
            default: continue
            }
        }
        end(finish, usage(root))
    }

    private mutating func message(_ item: JSONElement, _ finish: inout ChatFinish) {
        guard let content = item["content"] else { return }
        for part in content.elements {
            if let refusal = part["refusal"], refusal.isString {
                finish.hasRefused = true
                if !refusal.isBlankText { text(refusal) }
            } else if let words = part["text"], words.isString, !words.isBlankText {
                text(words)
            }
        }
    }

    private mutating func reasoning(_ item: JSONElement) {
        guard context.showsThinking, let id = item["id"]?.string else { return }
        var kept = ReasoningItem(id: id)
        kept.encrypted = item["encrypted_content"]?.string
        var thought: [UInt8] = []
        let told = item["summary"]?.count ?? 0 > 0 ? item["summary"] : item["content"]
        for part in told.map({ Array($0.elements) }) ?? [] {
            guard let words = part["text"] else { continue }
            if !kept.parts.isEmpty { thought += ReasoningItem.separator.utf8 }
            let start = thought.count
            words.appendUTF8(to: &thought)
            kept.parts.append(thought.count - start)
        }
        if kept.encrypted != nil || !thought.isEmpty { thinking(thought, kept.payload) }
    }
}
