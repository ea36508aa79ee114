internal import LinuxSystem

/// Reads the head of an HTTP/1.1 request, strictly: whatever two programs could understand differently is refused, because
/// such differences are how requests are smuggled (RFC 9112, sections 2.2, 3, 5 and 6). It keeps no bytes and does no I/O.
package struct RequestHeadParser: Sendable {
    package enum Outcome {
        case incomplete
        /// The head, and how many bytes it took.
        case complete(RequestHead, Int)
        case refused(Refusal)
    }

    /// What is wrong, as the status and the sentence that the client gets. The connection is closed after it.
    package struct Refusal: Error, Equatable, Sendable {
        package let status: Int
        package let reason: String
    }

    /// Which targets make sense (RFC 9112, section 3.2).
    package enum TargetForm: Sendable {
        /// A server's: a path, or a URL that names the same host as `Host`.
        case server
        /// A proxy's: a URL, or host and port for CONNECT. What `Host` says beside it is the proxy's to compare.
        case proxy
    }

    private let bytesMax: Int
    private let form: TargetForm
    /// Where the line begins that was not complete the last time.
    private var lineStart = 0
    private var searched = 0
    private var lines: [Range<Int>] = []

    package init(bytesMax: Int, form: TargetForm = .server) {
        self.bytesMax = bytesMax
        self.form = form
    }

    /// Ready for the next request on the connection.
    package mutating func reset() {
        lineStart = 0
        searched = 0
        lines.removeAll(keepingCapacity: true)
    }

    /// `bytes` is everything received since the last request ended: it may only grow between calls.
    package mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        while let newline = bytes.firstOffset(of: 0x0a, from: searched) {
            // First of all, so that the answer is the same whether the bytes come at once or one by one.
            if newline >= bytesMax { return tooLarge() }
            guard newline > lineStart, bytes[newline - 1] == 0x0d else {
                return refuse(400, "a line of the head ends in a bare line feed; HTTP wants CR LF")
            }
            let line = lineStart..<newline - 1
            lineStart = newline + 1
            searched = lineStart
            if line.isEmpty {
                // RFC 9112 2.2 allows empty lines before the request line.
                if lines.isEmpty { continue }
                return finish(bytes)
            }
            lines.append(line)
        }
        searched = bytes.count
        return bytes.count >= bytesMax ? tooLarge() : .incomplete
    }

    private func tooLarge() -> Outcome { refuse(431, "the head of the request is larger than \(bytesMax) bytes") }

    private func refuse(_ status: Int, _ reason: String) -> Outcome {
        .refused(Refusal(status: status, reason: reason))
    }

    // MARK: The parts

    private func finish(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        do {
            var framing = Framing()
            var head = try requestLine(UnsafeRawBufferPointer(rebasing: bytes[lines[0]]), &framing)
            let block = UnsafeRawBufferPointer(rebasing: bytes[lines[0].upperBound..<lineStart])
            head.fields = HTTPFields(byteCapacity: block.count + Self.roomForMore)
            // Every line has the two of its end, and so has the empty one: more, and there is one where none may be.
            let isClean = ASCII.controlCount(block) == 2 * (lines.count + 1)
            for index in 1..<lines.count {
                try field(bytes, lines[index], lines[0].upperBound, into: &head.fields, &framing, isClean)
            }
            head.fields.fill(block)
            try framing.settle(&head)
            return .complete(head, lineStart)
        } catch {
            return .refused(error)
        }
    }

    private func requestLine(
        _ line: UnsafeRawBufferPointer, _ framing: inout Framing
    ) throws(Refusal) -> RequestHead {
        guard let first = line.firstOffset(of: 0x20), let last = line.lastIndex(of: 0x20), first < last else {
            throw Refusal(status: 400, reason: "the request line is not 'METHOD target HTTP/1.1'")
        }
        let method = UnsafeRawBufferPointer(rebasing: line[..<first])
        let target = UnsafeRawBufferPointer(rebasing: line[(first + 1)..<last])
        let version = UnsafeRawBufferPointer(rebasing: line[(last + 1)...])
        guard ASCII.isToken(method) else { throw Refusal(status: 400, reason: "the method is not a token") }
        guard ASCII.isTarget(target) else {
            throw Refusal(status: 400, reason: "the request target holds spaces, control characters or is empty")
        }
        let isHTTP10 = version.count == 8 && version.hasPrefix("HTTP/1.0")
        if !isHTTP10 && !(version.count == 8 && version.hasPrefix("HTTP/1.1")) {
            let isHTTP = ASCII.hasPrefixIgnoringCase(version, "HTTP/")
            throw Refusal(status: isHTTP ? 505 : 400, reason: "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        let name = String(decoding: method, as: UTF8.self)
        if form == .proxy {
            let (path, authority) = try Self.proxyForm(target, method: name)
            return RequestHead(
                method: name, target: path, authority: authority, keepsAlive: !isHTTP10, isHTTP10: isHTTP10)
        }
        let (path, authority) = try Self.originForm(target)
        framing.authority = authority
        return RequestHead(method: name, target: path, keepsAlive: !isHTTP10, isHTTP10: isHTTP10)
    }

    /// Servers must also take `http://host/path` (RFC 9112 3.2.2). The path is what counts, and the host must be the one
    /// that `Host` names: with two hosts in a request, each reader could believe another.
    private static func originForm(_ target: UnsafeRawBufferPointer) throws(Refusal) -> (String, String?) {
        if target[0] == 0x2f || target.count == 1 && target[0] == 0x2a {
            return (String(decoding: target, as: UTF8.self), nil)
        }
        for scheme in ["http://", "https://"] where ASCII.hasPrefixIgnoringCase(target, scheme) {
            return split(target, behind: scheme)
        }
        throw Refusal(status: 400, reason: "the request target must be a path")
    }

    private static func split(_ target: UnsafeRawBufferPointer, behind scheme: String) -> (String, String) {
        let rest = target[scheme.utf8.count...]
        // The authority ends at the first of these; a slash behind a question mark begins no path.
        let end = rest.firstIndex { [0x2f, 0x3f, 0x23].contains($0) } ?? rest.endIndex
        let missing = end < rest.endIndex && rest[end] == 0x2f ? "" : "/"
        return (missing + String(decoding: rest[end...], as: UTF8.self), String(decoding: rest[..<end], as: UTF8.self))
    }

    private static func proxyForm(
        _ target: UnsafeRawBufferPointer, method: String
    ) throws(Refusal) -> (String, String) {
        if method == "CONNECT" { return ("", String(decoding: target, as: UTF8.self)) }
        if target.firstOffset(of: 0x23) != nil {
            throw Refusal(status: 400, reason: "the request target holds a fragment, which is never sent")
        }
        if ASCII.hasPrefixIgnoringCase(target, "http://") { return split(target, behind: "http://") }
        if ASCII.hasPrefixIgnoringCase(target, "https://") {
            throw Refusal(status: 400, reason: "a proxy is asked for https by CONNECT, so that it sees nothing of it")
        }
        throw Refusal(
            status: 400, reason: "this is a proxy: the request target must be a URL that begins with http://")
    }

    /// Fields that are added on the way through.
    private static let roomForMore = 256

    /// `start` is the place in `bytes` that the places in `fields` are counted from. `isClean`: there is no control
    /// character in any value.
    private func field(
        _ bytes: UnsafeRawBufferPointer, _ place: Range<Int>, _ start: Int, into fields: inout HTTPFields,
        _ framing: inout Framing, _ isClean: Bool
    ) throws(Refusal) {
        let line = UnsafeRawBufferPointer(rebasing: bytes[place])
        let nameEnd = ASCII.tokenEnd(line)
        if nameEnd == 0 || nameEnd == line.count || line[nameEnd] != 0x3a { throw Self.fault(line) }
        let trimmed = line.trimmingSpaces(in: nameEnd + 1..<line.count)
        let value = UnsafeRawBufferPointer(rebasing: line[trimmed])
        guard isClean || ASCII.isFieldValue(value) else {
            throw Refusal(status: 400, reason: "the value of a header field holds a control character")
        }
        try framing.note(UnsafeRawBufferPointer(rebasing: line[..<nameEnd]), value)
        let offset = place.lowerBound - start
        fields.appendPlaces(
            name: offset..<offset + nameEnd, value: offset + trimmed.lowerBound..<offset + trimmed.upperBound)
    }

    /// Why a line does not begin with a name and a colon.
    private static func fault(_ line: UnsafeRawBufferPointer) -> Refusal {
        if ASCII.isSpace(line[0]) {
            return Refusal(
                status: 400, reason: "a header field is folded over two lines; that form is obsolete and unsafe")
        }
        if line.firstOffset(of: 0x3a) == nil { return Refusal(status: 400, reason: "a header line has no colon") }
        return Refusal(
            status: 400, reason: "a header field's name holds characters that are not allowed in one")
    }
}

/// The fields that say where the message ends and who it is for, gathered while the head is read.
private struct Framing {
    private var contentLength: Int?
    private var isChunked = false
    private var hostCount = 0
    /// From a target that names a host.
    var authority: String?
    private var hostDiffers = false
    private var closes = false
    private var keepsAlive = false
    private var expectsContinue = false

    typealias Refusal = RequestHeadParser.Refusal

    mutating func note(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(Refusal) {
        switch name.count {
        case 4 where ASCII.isName(name, "host"):
            hostCount += 1
            if let authority { hostDiffers = !ASCII.equalsIgnoringCase(value, authority) }
        case 6 where ASCII.isName(name, "expect"):
            guard ASCII.equalsIgnoringCase(value, "100-continue") else {
                throw Refusal(status: 417, reason: "the only expectation understood is 100-continue")
            }
            expectsContinue = true
        case 10 where ASCII.isName(name, "connection"):
            for word in String(decoding: value, as: UTF8.self).split(separator: ",") {
                if word.trimmingSpaces().equalsIgnoringCase("close") { closes = true }
                if word.trimmingSpaces().equalsIgnoringCase("keep-alive") { keepsAlive = true }
            }
        case 14 where ASCII.isName(name, "content-length"):
            // Equal ones too: a proxy before us may have counted by another of them.
            if contentLength != nil { throw Refusal(status: 400, reason: "there is more than one Content-Length") }
            contentLength = try Self.length(value)
        case 17 where ASCII.isName(name, "transfer-encoding"):
            if isChunked { throw Refusal(status: 400, reason: "there is more than one Transfer-Encoding") }
            guard ASCII.equalsIgnoringCase(value, "chunked") else {
                throw Refusal(status: 400, reason: "the only Transfer-Encoding understood is 'chunked'")
            }
            isChunked = true
        default:
            break
        }
    }

    private static func length(_ value: UnsafeRawBufferPointer) throws(Refusal) -> Int {
        // Eighteen digits fit into an Int whatever they are.
        guard !value.isEmpty, value.count <= 18, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            throw Refusal(status: 400, reason: "Content-Length is not a plain number")
        }
        return value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    func settle(_ head: inout RequestHead) throws(Refusal) {
        if hostCount > 1 { throw Refusal(status: 400, reason: "there is more than one Host") }
        if hostCount == 0 && !head.isHTTP10 { throw Refusal(status: 400, reason: "there is no Host") }
        if hostDiffers { throw Refusal(status: 400, reason: "the request target names another host than Host") }
        if isChunked {
            if contentLength != nil {
                throw Refusal(status: 400, reason: "there are both a Content-Length and a Transfer-Encoding")
            }
            if head.isHTTP10 { throw Refusal(status: 400, reason: "HTTP/1.0 has no Transfer-Encoding") }
            head.body = .chunked
        } else if let contentLength, contentLength > 0 {
            head.body = .counted(contentLength)
        }
        if head.isHTTP10 { head.keepsAlive = keepsAlive }
        if closes { head.keepsAlive = false }
        head.expectsContinue = expectsContinue && head.body != .none && !head.isHTTP10
    }
}
