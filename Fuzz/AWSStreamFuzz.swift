// modules: CSimdJSON CLinux LinuxSystem JSON Translation
//
// Any bytes as a stream of Amazon's: it does not matter how they are cut, nothing is shown behind what is wrong, and what
// the codecs make of it is a sequence of whole events that ends at most once. Checksums would keep the fuzzer out, so the
// same bytes are tried once more as the headers and the payloads of messages that are put together here.

internal import JSON
internal import Translation

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    AWSStreamFuzz.check(input)
    AWSStreamFuzz.check(AWSStreamFuzz.messages(input))
    return 0
}

private enum AWSStreamFuzz {
    nonisolated(unsafe) static let parser = JSONParser()
    nonisolated(unsafe) static let contexts: [MessageContext] = ["adaptive", "disabled"].map { mode in
        let body = #"{"thinking":{"type":"\#(mode)"},"messages":[{"role":"user","content":"Hi"}]}"#
        guard
            let root = try? parser.parse(copying: body).root,
            let request = try? ConverseRequest.encode(root, model: "amazon.nova-2-lite-v1:0", provider: "p")
        else { preconditionFailure("the request is sound") }
        return MessageContext(
            messageID: "msg_01a", shownModel: "m", model: "amazon.nova-2-lite-v1:0", provider: "p", request: request,
            requestID: "req_1")
    }

    static func check(_ bytes: [UInt8]) {
        let whole = scan(bytes, by: max(1, bytes.count))
        precondition(scan(bytes, by: 1) == whole && scan(bytes, by: 7) == whole, "the cuts made a difference")
        for context in contexts {
            check(events: run(ConverseStream(context), whole))
            check(events: run(BedrockClaudeStream(context), whole))
        }
        for event in whole {
            guard let root = try? JSONParser().parse(copying: event) else { continue }
            root.withRoot { root in
                let body = try? ConverseRequest.encode(root, model: "amazon.nova-pro-v1:0", provider: "p").body
                if let body { precondition((try? JSONValue(parsing: body)) != nil, "a request is no JSON") }
                let answer = try? ConverseStream.whole(root, contexts[0]).body
                if let answer { precondition((try? JSONValue(parsing: answer)) != nil, "an answer is no JSON") }
            }
        }
    }

    static func scan(_ bytes: [UInt8], by size: Int) -> [[UInt8]] {
        var stream = AWSEventStream()
        var events: [[UInt8]] = []
        var isBroken = false
        for start in stride(from: 0, to: bytes.count, by: size) {
            let before = events.count
            let complaint = Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes {
                stream.scan($0) { events.append(Array($0)) }
            }
            precondition(!isBroken || complaint != nil && events.count == before, "something came behind what is wrong")
            isBroken = complaint != nil
        }
        return events
    }

    /// Each line as a message: what stands before a tab is the name of an event, or all of its headers where it begins with
    /// a zero.
    static func messages(_ input: [UInt8]) -> [UInt8] {
        input.split(separator: 0x0a).flatMap { line -> [UInt8] in
            let parts = line.split(separator: 0x09, maxSplits: 1, omittingEmptySubsequences: false)
            let payload = parts.count == 2 ? Array(parts[1]) : []
            guard let first = parts.first, first.first != 0 else {
                return message(Array(parts.first?.dropFirst() ?? []), payload)
            }
            let name = Array(first.prefix(200))
            let headers = header(":message-type", Array("event".utf8)) + header(":event-type", name)
            return message(headers, payload)
        }
    }

    private static func header(_ name: String, _ value: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(name.utf8.count)]
        bytes += name.utf8
        bytes += [7, 0, UInt8(value.count)]
        return bytes + value
    }

    private static func message(_ headers: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        var bytes = number(UInt32(16 + headers.count + payload.count)) + number(UInt32(headers.count))
        bytes += sum(bytes)
        bytes += headers
        bytes += payload
        return bytes + sum(bytes)
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
    }

    private static func sum(_ bytes: [UInt8]) -> [UInt8] {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return number(~sum)
    }

    private static func run(_ stream: consuming some AnswerCodec & ~Copyable, _ events: [[UInt8]]) -> [UInt8] {
        var stream = stream
        var output: [UInt8] = []
        for event in events {
            event.withUnsafeBytes { stream.event($0, parser) }
            stream.drain { output += $0 }
        }
        stream.end(cut: nil)
        stream.drain { output += $0 }
        return output
    }

    private static func check(events output: [UInt8]) {
        var stops = 0
        for line in output.split(separator: 0x0a) where line.starts(with: "data: ".utf8) {
            guard let value = try? JSONValue(parsing: Array(line.dropFirst(6))) else {
                preconditionFailure("an event is no JSON: \(String(decoding: line, as: UTF8.self))")
            }
            precondition(stops == 0, "something came after the end")
            if value["type"] == "message_stop" || value["type"] == "error" { stops += 1 }
        }
    }
}
