internal import JSON

/// Messages that came in one list are answered in one list, once all of them are.
struct MCPBatches: Sendable {
    private struct Batch: Sendable {
        var responses: [JSONValue] = []
        var waiting = 0
        var isOpen = true
    }

    private var batches: [Int: Batch] = [:]
    private var last = 0

    /// Until `close` its messages are still being read.
    mutating func open() -> Int {
        last += 1
        batches[last] = Batch()
        return last
    }

    mutating func wait(_ number: Int) { batches[number]?.waiting += 1 }

    /// The list, when this was the last.
    mutating func close(_ number: Int) -> JSONValue? {
        batches[number]?.isOpen = false
        return settle(number)
    }

    mutating func add(_ response: JSONValue, to number: Int) -> JSONValue? {
        batches[number]?.responses.append(response)
        return settle(number)
    }

    mutating func finish(_ response: JSONValue, of number: Int) -> JSONValue? {
        batches[number]?.waiting -= 1
        return add(response, to: number)
    }

    /// One of its calls was cancelled.
    mutating func drop(_ number: Int) -> JSONValue? {
        batches[number]?.waiting -= 1
        return settle(number)
    }

    private mutating func settle(_ number: Int) -> JSONValue? {
        guard let batch = batches[number], !batch.isOpen, batch.waiting == 0 else { return nil }
        batches[number] = nil
        return batch.responses.isEmpty ? nil : .array(batch.responses)
    }
}
