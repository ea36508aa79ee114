internal import HTTP
internal import LinuxSystem

/// The head of a server's answer on its way to a client.
enum EgressAnswerHead {
    enum Framing: Equatable {
        /// Nothing follows, or the server has said how much.
        case none
        case chunked
        /// HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
        case untilClose
    }

    private static let lengthField = FieldNames(["content-length"])

    /// How the body goes on is said anew; all else as it came, but for what was meant for us.
    static func write(_ answer: ResponseHead, to request: RequestHead, _ output: ByteBuffer) -> Framing {
        var framing = Framing.none
        if request.method != "HEAD", !ResponseHead.hasNoBody(answer.status), !answer.fields.contains("content-length") {
            framing = request.isHTTP10 ? .untilClose : .chunked
        }
        output.append("HTTP/1.1 ")
        output.append(decimal: answer.status)
        output.append(" ")
        output.append(ResponseHead.phrase(answer.status))
        output.append("\r\n")
        let hop = HopFields(answer.fields)
        answer.fields.write(to: output) { !hop.contains($0) && !lengthField.contains($0) }
        // Once, whatever `Connection` says of it, and not where it must not stand (RFC 9110, section 8.6).
        if let length = answer.fields["content-length"], answer.status != 204 {
            output.append("Content-Length: ")
            output.append(length)
            output.append("\r\n")
        }
        if framing == .chunked { output.append("Transfer-Encoding: chunked\r\n") }
        if !request.keepsAlive || framing == .untilClose {
            output.append("Connection: close\r\n")
        } else if request.isHTTP10 {
            output.append("Connection: keep-alive\r\n")
        }
        output.append("\r\n")
        return framing
    }
}
