internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Images that are larger than models take, made smaller by `sidecar-image` in a jail in which there is nothing else.
struct ImageShrinker {
    let settings: ToolHostSettings
    let jails: ToolJails
    let files: OutputFiles
    let loop: EventLoop

    /// Models look at no more of the longer side.
    private static let sideMax = 1568
    private static let bytesMax = 3_000_000
    private static let headBytesMax = 128

    /// - outcome: what the worker said of the image, with its facts.
    func result(of bytes: [UInt8], _ input: JSONValue, _ outcome: ToolOutcome) async -> ToolOutcome {
        let path = input["file_path"]?.string ?? ""
        guard File.isExecutable(settings.imager) else { return Self.failure(path, "there is no \(settings.imager)") }
        let program = LockedAwayProgram(
            path: settings.imager, jail: ToolJails.images, jails: jails, files: files, loop: loop)
        let result: LockedAwayProgram.Result
        do throws(JailFailure) {
            result = try await program.run(
                ["\(Self.sideMax)", "\(Self.bytesMax)"], bytes, bytesMax: Self.bytesMax + Self.headBytesMax)
        } catch {
            return .failure(error)
        }
        if Task.isCancelled { return .cancelled }
        guard result.end == .exited(0), !result.timedOut, let image = Shrunk(result.output) else {
            let words = result.errors.split(separator: "\n").first.map { String($0) }
            return Self.failure(path, result.timedOut ? "it took too long" : words ?? "it ended")
        }
        var outcome = outcome
        let note =
            "[\(path) is \(image.originalWidth) × \(image.originalHeight) pixels; it is shown at \(image.width) × "
            + "\(image.height).]"
        outcome.content = [.image(mediaType: image.mediaType, base64: Base64.encode(image.bytes)), .text(note)]
        var file = outcome.structured["file"] ?? [:]
        file["type"] = .string(image.mediaType)
        file["dimensions"] = [
            "originalWidth": .int(image.originalWidth), "originalHeight": .int(image.originalHeight),
            "displayWidth": .int(image.width), "displayHeight": .int(image.height),
        ]
        outcome.structured["file"] = file
        return outcome
    }

    private static func failure(_ path: String, _ why: String) -> ToolOutcome {
        .failure(
            "too_large",
            "The image \(path) is larger than models take, and making it smaller failed: \(why). Make a smaller copy of it "
                + "and read that.")
    }
}

/// What `sidecar-image` says. It has read what nobody vouches for: only what has the form is taken.
struct Shrunk {
    let mediaType: String
    let width: Int
    let height: Int
    let originalWidth: Int
    let originalHeight: Int
    let bytes: [UInt8]

    init?(_ output: [UInt8]) {
        guard let end = output.prefix(128).firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let words = String(decoding: output[..<end], as: UTF8.self).split(separator: " ")
        let numbers = words.dropFirst().compactMap { Int($0) }
        let bytes = Array(output[(end + 1)...])
        let marks: [Substring: [UInt8]] = ["image/png": [0x89, 0x50, 0x4E, 0x47], "image/jpeg": [0xFF, 0xD8, 0xFF]]
        guard words.count == 5, numbers.count == 4, numbers.allSatisfy({ $0 > 0 }), let mark = marks[words[0]],
            bytes.starts(with: mark)
        else { return nil }
        mediaType = String(words[0])
        (width, height, originalWidth, originalHeight) = (numbers[0], numbers[1], numbers[2], numbers[3])
        self.bytes = bytes
    }
}
