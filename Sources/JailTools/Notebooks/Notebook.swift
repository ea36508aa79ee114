internal import JSON
internal import LinuxSystem

/// A Jupyter notebook (nbformat 4) as it stands in its file: where its cells are, so that a change touches nothing else.
struct Notebook {
    struct Cell {
        let element: JSONElement
        /// Its own, or its place where it has none.
        let id: String
        let type: String
        let hasID: Bool

        /// A string, or the lines of one.
        var source: String { Notebook.text(element["source"]) ?? "" }
    }

    let root: JSONElement
    let cells: [Cell]
    /// Of code.
    let language: String
    let minorVersion: Int

    /// From 4.5 on every cell has to have an id.
    var needsIDs: Bool { minorVersion >= 5 }

    static let bytesMax = 100 << 20
    static let limits = JSONLimits(bytes: bytesMax)

    init(_ root: JSONElement, _ path: String) throws(ToolFailure) {
        func broken(_ reason: String) -> ToolFailure {
            ToolFailure(.invalidNotebook, "\(path) is not a valid notebook: \(reason).")
        }
        guard root.isObject else { throw broken("it is not a JSON object") }
        guard let version = root["nbformat"]?.int else { throw broken("it has no number \"nbformat\"") }
        guard version == 4 else {
            throw ToolFailure(
                .invalidNotebook,
                "\(path) has notebook format \(version); format 4 is what can be used here. Convert it: jupyter nbconvert --to notebook"
            )
        }
        guard let list = root["cells"], list.isArray else { throw broken("it has no list \"cells\"") }
        var cells: [Cell] = []
        cells.reserveCapacity(list.count)
        for (index, element) in list.elements.enumerated() {
            guard element.isObject else { throw broken("cell \(index) is not an object") }
            guard let type = element["cell_type"]?.string, ["code", "markdown", "raw"].contains(type) else {
                throw broken("cell \(index) has no cell_type of code, markdown or raw")
            }
            guard Self.isText(element["source"]) else { throw broken("cell \(index) has no source that is text") }
            if type == "code", let outputs = element["outputs"], !outputs.isArray {
                throw broken("the outputs of cell \(index) are no list")
            }
            let id = element["id"]?.string
            cells.append(Cell(element: element, id: id ?? "cell-\(index)", type: type, hasID: id != nil))
        }
        self.root = root
        self.cells = cells
        minorVersion = root["nbformat_minor"]?.int ?? 0
        let metadata = root["metadata"]
        language =
            metadata?["language_info"]?["name"]?.string ?? metadata?["kernelspec"]?["language"]?.string ?? "python"
    }

    /// By its id, or by its place as `cell-N`.
    func index(of id: String) -> Int? {
        if let index = cells.firstIndex(where: { $0.id == id }) { return index }
        guard id.hasPrefix("cell-"), let index = Int(id.dropFirst(5)), cells.indices.contains(index) else { return nil }
        return index
    }

    func require(_ id: String, _ path: String) throws(ToolFailure) -> Int {
        if let index = index(of: id) { return index }
        let ids = cells.prefix(Self.idsShownMax).map(\.id).joined(separator: ", ")
        let more = cells.count > Self.idsShownMax ? ", …" : ""
        throw ToolFailure(.noSuchCell, "\(path) has no cell \"\(id)\". It has \(cells.count) cells: \(ids)\(more)")
    }

    private static let idsShownMax = 30

    private static func isText(_ value: JSONElement?) -> Bool {
        guard let value else { return false }
        return value.isString || (value.isArray && value.elements.allSatisfy { $0.isString })
    }

    /// nbformat writes long texts as lists of lines.
    static func text(_ value: JSONElement?) -> String? {
        guard let value else { return nil }
        if let text = value.string { return text }
        guard value.isArray else { return nil }
        return value.elements.map { $0.string ?? "" }.joined()
    }
}

/// The bytes of a notebook, read once into memory that the parser works in.
final class NotebookFile {
    private var bytes: PaddedBytes
    private let parser = JSONParser()
    let hash: String

    init(_ file: borrowing OpenedFile) throws(ToolFailure) {
        if file.facts.size > Notebook.bytesMax {
            throw ToolFailure(
                .tooLarge,
                "The notebook \(file.path) has \(file.facts.size) bytes; up to \(Notebook.bytesMax) can be read. Clear its outputs: jupyter nbconvert --clear-output"
            )
        }
        var bytes = PaddedBytes(capacity: file.facts.size)
        let hash = ContentHash()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 64)
        defer { piece.deallocate() }
        var offset = 0
        var count = 0
        repeat {
            count = try Self.read(file, into: piece, at: offset)
            let part = UnsafeRawBufferPointer(rebasing: piece[..<count])
            hash.update(part)
            bytes.append(part)
            offset += count
        } while count == piece.count && offset <= Notebook.bytesMax
        self.bytes = bytes
        self.hash = hash.text
    }

    init(bytes: [UInt8]) {
        var padded = PaddedBytes(capacity: bytes.count)
        bytes.withUnsafeBytes { padded.append($0) }
        self.bytes = padded
        hash = ContentHash.of(bytes)
    }

    private static func read(
        _ file: borrowing OpenedFile, into piece: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(ToolFailure) -> Int {
        do throws(SystemError) {
            return try file.descriptor.read(into: piece, at: offset)
        } catch {
            throw PathTrouble.failure(error, file.path)
        }
    }

    private static let pieceBytes = 256 << 10

    var size: Int { bytes.count }

    /// nil where they are more.
    func bytes(max: Int) -> [UInt8]? { bytes.count <= max ? Array(bytes.bytes) : nil }

    /// A mark at the start is no JSON, but some editors leave one.
    private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

    func withNotebook<Result>(
        _ path: String, _ body: (Notebook, _ text: UnsafeRawBufferPointer, _ mark: Int) throws(ToolFailure) -> Result
    ) throws(ToolFailure) -> Result {
        let all = bytes.bytes
        let markBytes = all.starts(with: Self.mark) ? Self.mark.count : 0
        let text = UnsafeRawBufferPointer(rebasing: all[markBytes...])
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(text, limits: Notebook.limits)
        } catch {
            throw ToolFailure(.invalidNotebook, "\(path) is not a valid notebook: it is not JSON: \(error)")
        }
        return try document.withRoot { root throws(ToolFailure) in
            try body(try Notebook(root, path), text, markBytes)
        }
    }
}
