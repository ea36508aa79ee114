internal import LinuxSystem

/// Lines of a file that is too long to be read whole: read in pieces from its start, no further than it takes.
enum LongText {
    /// How the file is encoded, and whether its end was seen.
    static func read(
        _ file: borrowing OpenedFile, _ range: LineRange, _ window: inout LineWindow
    ) throws(ToolFailure) -> (encoding: TextEncoding, isEndKnown: Bool) {
        var isEndKnown = false
        var source = try Source(file)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 64)
        defer { piece.deallocate() }
        do throws(SystemError) {
            while !window.isDone {
                let count = try file.descriptor.read(into: piece, at: source.offset)
                source.feed(UnsafeRawBufferPointer(rebasing: piece[..<count]), to: &window)
                if count < piece.count {
                    window.finish()
                    isEndKnown = true
                    break
                }
                // Who asked for the file gets a page of it; who asked for a line gets that line, however far it is.
                if !range.isExplicit, window.isFull || source.offset > TextReading.wholeBytesMax { break }
            }
        } catch {
            throw PathTrouble.failure(error, file.path)
        }
        if !window.isDone, window.lineCount == 0, !range.isExplicit { window.finish() }
        return (source.encoding, isEndKnown)
    }

    private static let pieceBytes = 256 << 10

    private struct Source {
        let encoding: TextEncoding
        var offset: Int
        private var utf16: UTF16Bytes?
        private var scratch: [UInt8] = []

        init(_ file: borrowing OpenedFile) throws(ToolFailure) {
            let head: [UInt8]
            do throws(SystemError) {
                head = try file.descriptor.read(0..<(64 << 10))
            } catch {
                throw PathTrouble.failure(error, file.path)
            }
            guard let encoding = TextEncoding.detect(head, isWhole: false) else { throw TextReading.binary(file) }
            self.encoding = encoding
            offset = encoding.mark.count
            if case .utf16(let isBigEndian) = encoding { utf16 = UTF16Bytes(isBigEndian: isBigEndian) }
        }

        mutating func feed(_ bytes: UnsafeRawBufferPointer, to window: inout LineWindow) {
            offset += bytes.count
            switch encoding {
            case .utf8: window.feed(bytes)
            case .utf16:
                scratch.removeAll(keepingCapacity: true)
                utf16?.decode(bytes, into: &scratch)
                window.feed(scratch)
            case .windows1252: window.feed(Windows1252.decode(bytes))
            }
        }
    }
}
