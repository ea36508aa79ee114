internal import Confinement
internal import LinuxSystem

/// What a command wrote: both ends of it for the model, and all of it in a file when that is more than a model should read.
/// On its loop only.
final class RunOutput {
    private var bounded: BoundedOutput
    /// Everything, as long as it fits.
    private var small: [UInt8] = []
    private let bytesMax: Int
    private let files: OutputFiles
    private var file: (path: String, file: OwnedDescriptor)?
    private var fileBytes = 0
    private var fileFailed = false
    private(set) var lines = 0

    /// A file that nobody can page through helps nobody.
    static let fileBytesMax = 64 << 20

    init(bytesMax: Int, files: OutputFiles) {
        self.bytesMax = bytesMax
        self.files = files
        bounded = BoundedOutput(bytesMax: bytesMax)
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        bounded.append(bytes)
        lines += bytes.count { $0 == 0x0A }
        if file != nil { return write(bytes) }
        if fileFailed { return }
        small.append(contentsOf: bytes)
        if small.count > bytesMax { spill() }
    }

    private func spill() {
        do throws(SystemError) {
            file = try files.make()
        } catch {
            fileFailed = true
        }
        let all = small
        small = []
        if file != nil { all.withUnsafeBytes { write($0) } }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        guard let file, fileBytes < Self.fileBytesMax else { return }
        let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.fileBytesMax - fileBytes))
        do throws(SystemError) {
            try file.file.writeAll(part)
            fileBytes += part.count
        } catch {
            fileFailed = true
            fileBytes = Self.fileBytesMax
        }
    }

    struct Taken {
        let text: String
        let total: Int
        let path: String?
    }

    func taken() -> Taken {
        let path = file?.path
        let whole = fileFailed || bounded.total > fileBytes ? "the first \(fileBytes)" : "all"
        let bytes = bounded.bytes { omitted in
            let rest = path.map { "\(whole) of \(self.bounded.total) bytes are in \($0), which Read shows" } ?? ""
            return Array("\n[… \(omitted) bytes left out\(rest.isEmpty ? "" : "; ")\(rest) …]\n".utf8)
        }
        return Taken(text: String(decoding: bytes, as: UTF8.self), total: bounded.total, path: path)
    }
}
