import HTTP
import JSON
import LinuxSystem
import Sidecar
import Testing
import YAML

/// What tests of scripts share: a script from text, a request from JSON, an answer without sockets and clocks.
enum Scripted {
    static func script(_ text: String) throws -> Script {
        try Script.load(Array(text.utf8), file: "s.yaml").get()
    }

    static func problems(_ text: String) -> [String] {
        switch Script.load(Array(text.utf8), file: "s.yaml") {
        case .success: []
        case .failure(let error): error.problems.map(\.description)
        }
    }

    /// Ids are `msg_` and `toolu_` themselves, so that answers can be compared.
    static func upstream(_ text: String) throws -> ScriptedUpstream {
        ScriptedUpstream(script: try script(text), makeID: { $0 + "1" })
    }

    /// A request with one message of the user.
    static func request(_ text: String, stream: Bool = false, model: String = "m", _ more: String = "") -> String {
        messages(#"{"role":"user","content":\#(JSONValue.string(text))}"#, stream: stream, model: model, more)
    }

    static func messages(_ messages: String, stream: Bool = false, model: String = "m", _ more: String = "") -> String {
        #"{"model":"\#(model)","max_tokens":100,"stream":\#(stream),\#(more)"messages":[\#(messages)]}"#
    }
}

extension ScriptedUpstream {
    func messages(
        json: String, fields: HTTPFields = HTTPFields(), extraFields: HTTPFields = HTTPFields()
    ) throws -> ScriptedAnswer {
        let document = try JSONParser().parse(copying: json)
        return document.withRoot { messages($0, fields: fields, extraFields: extraFields) }
    }

    /// The text of the answer, or the message of the error.
    func says(_ json: String, fields: HTTPFields = HTTPFields()) throws -> String {
        let body = try messages(json: json, fields: fields).json()
        if let error = body["error"] { return error["message"]?.string ?? "" }
        return (body["content"]?.array ?? []).compactMap { $0["text"]?.string }.joined()
    }
}

extension ScriptedAnswer {
    /// What a test sees of the actions, one line each.
    var log: [String] {
        map { action in
            switch action {
            case .head(let head, let count): "head \(head.status) \(count.map(String.init) ?? "stream")"
            case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
            case .wait(let time): "wait \(time)"
            case .end: "end"
            case .close: "close"
            case .reset: "reset"
            }
        }
    }

    var bytes: [UInt8] {
        reduce(into: []) { if case .bytes(let bytes) = $1 { $0 += bytes } }
    }

    func json() throws -> JSONValue { try JSONValue(parsing: bytes) }

    /// The events of a stream: their names, and their data.
    func events() throws -> [(name: String, data: JSONValue)] {
        try String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").map { frame in
            let lines = frame.split(separator: "\n")
            try #require(lines.count == 2)
            try #require(lines[0].hasPrefix("event: ") && lines[1].hasPrefix("data: "))
            return (String(lines[0].dropFirst(7)), try JSONValue(parsing: String(lines[1].dropFirst(6))))
        }
    }
}
