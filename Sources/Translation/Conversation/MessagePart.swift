internal import JSON

/// A piece of a message on its way to another API: where it lies, not what it holds.
enum MessagePart {
    /// A JSON string of the request.
    case text(JSONElement)
    /// Words of ours.
    case note(String)
    /// The `source` of an image.
    case image(JSONElement)
    /// The `source` of a PDF, and what to call it.
    case document(JSONElement, name: String)
    /// What came before is to be cached.
    case cacheMark(JSONElement)

    var isText: Bool {
        switch self {
        case .text, .note: true
        case .image, .document, .cacheMark: false
        }
    }

    var isMedia: Bool {
        switch self {
        case .image, .document: true
        case .text, .note, .cacheMark: false
        }
    }
}

extension [MessagePart] {
    /// Texts and notes as one JSON string, an empty line between two of them.
    func writeText(to writer: inout JSONWriter) {
        writer.beginString()
        var isFirst = true
        for part in self where part.isText {
            if !isFirst { writer.piece("\n\n") }
            isFirst = false
            switch part {
            case .text(let text): writer.piece(text)
            case .note(let text): writer.piece(text)
            case .image, .document, .cacheMark: continue
            }
        }
        writer.endString()
    }
}
