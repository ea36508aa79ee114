internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Documents (PDF) by poppler's programs, in a jail in which there is nothing else: the bytes come on standard input.
struct DocumentReader {
    let settings: ToolHostSettings
    let jails: ToolJails
    let files: OutputFiles
    let loop: EventLoop

    static let folders = ["/usr/share/poppler", "/usr/share/fonts", "/etc/fonts", "/usr/share/fontconfig"]
    static let programs = ["pdfinfo", "pdftotext", "pdftoppm"].map { "/usr/bin/\($0)" }

    private static let textBytesMax = 8 << 20
    /// Of text, in one answer: as much as Read shows of any file.
    private static let shownBytesMax = 100_000
    private static let imageBytesMax = 4 << 20
    /// Pages without text that are shown as images: each costs a model as much as two pages of text.
    private static let imagesMax = 5
    /// Pixels of the longer side: what models look at.
    private static let imageSide = 1400

    struct Document: Sendable {
        var content: [ToolContent]
        var pages: ClosedRange<Int>
        var total: Int
    }

    enum Failure: Error {
        case tool(ToolOutcome)
        case jail(JailFailure)
    }

    /// - pages: nil: all of them, if they are few.
    func read(
        _ bytes: [UInt8], name: String, pages: DocumentPages?, cutsLong: Bool = false
    ) async throws(Failure) -> Document {
        guard Self.programs.allSatisfy({ File.isExecutable($0) }) else {
            throw .tool(
                .failure(
                    "unsupported", "\(name) is a PDF document. Reading one needs poppler: apt-get install poppler-utils"
                ))
        }
        let total = try await count(bytes, name)
        let range: ClosedRange<Int>
        do throws(DocumentPages.Problem) {
            if let pages {
                range = try pages.range(of: total)
            } else if total > DocumentPages.wholeMax, !cutsLong {
                throw DocumentPages.Problem(
                    message:
                        "it has \(total) pages, more than \(DocumentPages.wholeMax); say which with `pages`, such as \"1-5\", at most \(DocumentPages.countMax) at once"
                )
            } else {
                range = 1...min(total, DocumentPages.wholeMax)
            }
        } catch {
            throw .tool(.failure("invalid_pages", "\(name): \(error.message)."))
        }
        let text = try await run(
            "pdftotext",
            ["-layout", "-enc", "UTF-8", "-f", "\(range.lowerBound)", "-l", "\(range.upperBound)", "-", "-"], bytes,
            name,
            bytesMax: Self.textBytesMax)
        let parts = String(decoding: text, as: UTF8.self).split(separator: "\u{0C}", omittingEmptySubsequences: false)
        var content: [ToolContent] = []
        var images = 0
        var shown = 0
        for (index, page) in range.enumerated() {
            let words = index < parts.count ? Self.trimmed(parts[index]) : ""
            if words.isEmpty, images < Self.imagesMax, let image = try await image(of: page, bytes, name) {
                images += 1
                content.append(.text("--- Page \(page) of \(total): no text; this is what it looks like ---"))
                content.append(image)
            } else {
                let text = "--- Page \(page) of \(total) ---\n\(words.isEmpty ? "(no text)" : words)"
                shown += text.utf8.count
                // A first page is shown, however long it is: no smaller question could be asked.
                if shown > Self.shownBytesMax, page > range.lowerBound {
                    content.append(
                        .text(
                            "[Pages \(page) to \(range.upperBound) are left out, because it is too much at once; ask for them with `pages`.]"
                        ))
                    break
                }
                content.append(.text(text))
            }
        }
        return Document(content: content, pages: range, total: total)
    }

    private static func trimmed(_ page: Substring) -> String {
        var lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
        while lines.last.map(isBlank) == true { lines.removeLast() }
        while lines.first.map(isBlank) == true { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }

    private func count(_ bytes: [UInt8], _ name: String) async throws(Failure) -> Int {
        let facts = try await run("pdfinfo", ["-"], bytes, name, bytesMax: 64 << 10)
        let line = String(decoding: facts, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Pages:") }
        guard let count = line.flatMap({ Int($0.dropFirst(6).filter { $0 != " " }) }), count > 0 else {
            throw .tool(.failure("bad_document", "\(name) is a PDF document without pages, or a broken one."))
        }
        return count
    }

    private func image(of page: Int, _ bytes: [UInt8], _ name: String) async throws(Failure) -> ToolContent? {
        let image = try await run(
            "pdftoppm",
            ["-jpeg", "-scale-to", "\(Self.imageSide)", "-f", "\(page)", "-l", "\(page)", "-singlefile", "-"], bytes,
            name,
            bytesMax: Self.imageBytesMax)
        guard image.starts(with: [0xFF, 0xD8, 0xFF]), image.count < Self.imageBytesMax else { return nil }
        return .image(mediaType: "image/jpeg", base64: Base64.encode(image))
    }

    // MARK: Poppler

    private func run(
        _ program: String, _ arguments: [String], _ bytes: [UInt8], _ name: String, bytesMax: Int
    ) async throws(Failure) -> [UInt8] {
        let poppler = LockedAwayProgram(
            path: "/usr/bin/\(program)", jail: ToolJails.documents, jails: jails, files: files, loop: loop)
        let result: LockedAwayProgram.Result
        do throws(JailFailure) { result = try await poppler.run(arguments, bytes, bytesMax: bytesMax) } catch {
            throw .jail(error)
        }
        if Task.isCancelled { throw .tool(.cancelled) }
        if result.timedOut {
            throw .tool(.failure("timed_out", "\(name) took too long to be read.", ending: .timedOut))
        }
        guard result.end == .exited(0) else { throw .tool(Self.failure(name, result.errors)) }
        return result.output
    }

    private static func failure(_ name: String, _ errors: String) -> ToolOutcome {
        if errors.contains("ncorrect password") {
            return .failure("encrypted", "\(name) is encrypted; it cannot be read without its password.")
        }
        return .failure("bad_document", "\(name) begins like a PDF document, but it is broken or cut off.")
    }
}

extension DocumentReader {
    /// What Read says of a document.
    func result(of bytes: [UInt8], _ input: JSONValue, _ layers: [String]) async -> ToolOutcome {
        let path = input["file_path"]?.string ?? ""
        var outcome: ToolOutcome
        do throws(Failure) {
            let document = try await read(bytes, name: path, pages: try Self.pages(input, path))
            let (pages, total) = (document.pages, document.total)
            outcome = ToolOutcome(
                content: document.content,
                structured: [
                    "type": "pdf",
                    "file": [
                        "filePath": .string(path), "originalSize": .int(bytes.count), "totalPages": .int(total),
                        "pages": .string("\(pages.lowerBound)-\(pages.upperBound)"),
                    ],
                ])
        } catch {
            outcome = error.outcome
        }
        outcome.layers = layers
        return outcome
    }

    private static func pages(_ input: JSONValue, _ path: String) throws(Failure) -> DocumentPages? {
        guard let text = input["pages"]?.string else { return nil }
        do throws(DocumentPages.Problem) {
            return try DocumentPages(text)
        } catch {
            throw .tool(.failure("invalid_pages", "\(path): \(error.message)."))
        }
    }
}

extension DocumentReader.Document {
    /// Without the pages that are only to be seen.
    var text: String {
        content.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n\n")
    }
}

extension DocumentReader.Failure {
    var outcome: ToolOutcome {
        switch self {
        case .tool(let outcome): outcome
        case .jail(let failure): .failure(failure)
        }
    }
}
