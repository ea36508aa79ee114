internal import JSON

/// Cells with their outputs, for a model: as much as it may read.
struct CellText {
    private(set) var parts: [ToolReply.Content] = []
    private var text = ""
    private var room: Int
    private var imageRoom = CellText.imageBytesMax
    private var images = 0
    /// Cells that there was no room for.
    private(set) var leftOut = 0

    /// Base64 of all images together: a frame has to hold them.
    private static let imageBytesMax = 5 << 20
    /// Where there are more, models take only small ones; and each costs as much as two pages of text.
    private static let imagesMax = 20
    private static let outputCharactersMax = 10_000

    init(bytesMax: Int) { room = bytesMax }

    mutating func add(_ cell: Notebook.Cell, language: String) {
        // Once one was left out all that follow are.
        if leftOut > 0 {
            leftOut += 1
            return
        }
        let source = cell.source
        let isFirst = parts.isEmpty && text.isEmpty
        if room < source.utf8.count, !isFirst {
            leftOut += 1
            return
        }
        var head = cell.type == "code" ? "" : "<cell_type>\(cell.type)</cell_type>"
        if cell.type == "code", language != "python" { head = "<language>\(language)</language>" }
        put("<cell id=\"\(cell.id)\">\(head)\(Self.cut(source, max(room, 1)))</cell id=\"\(cell.id)\">")
        guard cell.type == "code", let outputs = cell.element["outputs"] else { return }
        for output in outputs.elements { add(output) }
    }

    private mutating func add(_ output: JSONElement) {
        switch output["output_type"]?.string {
        case "stream": putOutput(Notebook.text(output["text"]))
        case "error":
            let trace = Notebook.text(output["traceback"]).flatMap { $0.isEmpty ? nil : $0 }
            putOutput(trace ?? "\(output["ename"]?.string ?? ""): \(output["evalue"]?.string ?? "")")
        default:
            guard let data = output["data"], data.isObject else { return }
            if let image = data.members.first(where: { $0.key.string.map(Self.imageTypes.contains) == true }) {
                putImage(image.key.string ?? "", image.value)
            }
            putOutput(Notebook.text(data["text/plain"]))
        }
    }

    private static let imageTypes: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    private mutating func putImage(_ type: String, _ value: JSONElement) {
        if images == Self.imagesMax {
            return put(
                "[An image (\(type)) is not shown: \(images) are enough at once. Ask for this cell by its cell_id.]")
        }
        // What it says it is does not count; what a model's API would take does.
        guard let text = Notebook.text(value), text.utf8.count <= imageRoom, let bytes = Base64.decode(text),
            bytes.count <= ImageReading.bytesMax, let header = ImageHeader(bytes)
        else {
            return put("[An image (\(type)) is not shown: it is too large or broken.]")
        }
        imageRoom -= text.utf8.count
        images += 1
        flush()
        parts.append(.image(mediaType: header.mediaType, bytes: bytes))
    }

    private mutating func putOutput(_ output: String?) {
        guard let output, !output.isEmpty else { return }
        put("<output>\(Self.cut(output, min(max(room, 200), Self.outputCharactersMax)))</output>")
    }

    private mutating func put(_ piece: String) {
        text += text.isEmpty ? piece : "\n\(piece)"
        room -= piece.utf8.count
    }

    mutating func flush() {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
    }

    private static func cut(_ text: String, _ bytesMax: Int) -> String {
        if text.utf8.count <= bytesMax { return text }
        // By whole characters: the next one does not fit.
        var end = text.utf8.index(text.startIndex, offsetBy: bytesMax)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return "\(text[..<end])… [cut: \(text.utf8.count) bytes]"
    }
}
