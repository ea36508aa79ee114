internal import HTTP
internal import JSON
internal import LinuxSystem

/// An answer of the proxy's own.
struct EgressAnswer {
    var status: Int
    /// Many clients show these words and nothing else of an answer to CONNECT.
    var phrase: String
    var body: JSONValue
    var fields: HTTPFields = [:]

    static func problem(_ status: Int, _ reason: String) -> EgressAnswer {
        EgressAnswer(status: status, phrase: reason, body: ["error": .string(reason)])
    }

    static func denial(_ denial: EgressDenial) -> EgressAnswer {
        EgressAnswer(
            status: 403, phrase: "Denied by policy: \(denial.detail)", body: ["denied": denial.json],
            fields: ["X-Sidecar-Denied": denial.rule])
    }

    func write(to output: ByteBuffer, closes: Bool, hasBody: Bool = true) {
        var text = body.text(style: .pretty)
        text += "\n"
        output.append("HTTP/1.1 ")
        output.append(decimal: status)
        output.append(" ")
        output.append(Self.visible(phrase))
        output.append("\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: ")
        output.append(decimal: text.utf8.count)
        output.append("\r\n")
        fields.write(to: output)
        output.append(closes ? "Connection: close\r\n\r\n" : "\r\n")
        if hasBody { output.append(text) }
    }

    /// Nothing that ends a line, and nothing that is read differently in other alphabets.
    private static func visible(_ text: String) -> String {
        String(decoding: text.utf8.prefix(200).map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
