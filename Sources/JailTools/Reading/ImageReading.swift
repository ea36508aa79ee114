internal import JSON
internal import LinuxSystem

/// An image as it is, for a model that can see.
enum ImageReading {
    /// What the API of the models takes: 5 MiB in Base64.
    static let bytesMax = 3_750_000
    static let sideMax = 8000

    static func isImage(_ head: [UInt8]) -> Bool { ImageHeader.mediaType(head) != nil }

    static func reply(_ file: borrowing OpenedFile) throws(ToolFailure) -> ToolReply {
        guard let bytes = try file.whole(limit: bytesMax) else {
            throw ToolFailure(
                .tooLarge,
                "The image \(file.path) has \(file.facts.size) bytes; models take up to \(bytesMax). Make a smaller copy of it and read that."
            )
        }
        guard let header = ImageHeader(bytes) else {
            throw ToolFailure(
                .binary, "\(file.path) begins like an image, but it is cut off or broken; no model could see it.")
        }
        if max(header.width, header.height) > sideMax {
            throw ToolFailure(
                .tooLarge,
                "The image \(file.path) is \(header.width) × \(header.height) pixels; models take up to \(sideMax) a side. Make a smaller copy of it and read that."
            )
        }
        // Its bytes are in the content; twice would be too much for a frame.
        var reply = ToolReply(
            [.image(mediaType: header.mediaType, bytes: bytes)],
            structured: [
                "type": "image",
                "file": [
                    "type": .string(header.mediaType), "originalSize": .int(bytes.count),
                    "dimensions": ["originalWidth": .int(header.width), "originalHeight": .int(header.height)],
                ],
            ])
        reply.seen = file.seen(hash: ContentHash.of(bytes), isWhole: false, size: bytes.count)
        return reply
    }
}
