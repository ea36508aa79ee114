internal import JSON

/// A piece of a message on its way into a chat completion request: where it lies, not what it holds.
enum ChatPart {
    /// A JSON string of the request, and its mark for the cache.
    case text(JSONElement, cache: JSONElement?)
    /// Words of ours.
    case note(String)
    /// A block of type image.
    case image(JSONElement)
    /// Base64 of a PDF.
    case pdf(data: JSONElement, name: String)
    /// Where a paper can be fetched.
    case file(url: JSONElement)

    var isText: Bool {
        switch self {
        case .text, .note: true
        case .image, .pdf, .file: false
        }
    }
}
