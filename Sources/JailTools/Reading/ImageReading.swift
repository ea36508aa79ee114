internal import JSON
internal import LinuxSystem

/// An image as it is, for a model that can see.
enum ImageReading {
    /// What the API of the models takes: 5 MiB in Base64.
    static let bytesMax = 3_750_000
    static let sideMax = 8000

    static func isImage(_ head: [UInt8]) -> Bool { ImageHeader.mediaType(head) != nil }

    /// Of what somebody else makes smaller.
    private static let largeBytesMax = 32 << 20

    static func reply(_ file: borrowing OpenedFile) throws(ToolFailure) -> ToolReply {
        guard let bytes = try file.whole(limit: largeBytesMax) else {
            throw ToolFailure(
                .tooLarge,
                "The image \(file.path) has \(file.facts.size) bytes; up to \(largeBytesMax) are made smaller here. Make a smaller copy of it and read that."
            )
        }
        guard let header = ImageHeader(bytes) else {
            throw ToolFailure(
                .binary, "\(file.path) begins like an image, but it is cut off or broken; no model could see it.")
        }
        let isLarge = bytes.count > bytesMax || max(header.width, header.height) > sideMax
        // Its bytes are in the content; twice would be too much for a frame.
        var reply = ToolReply(
            isLarge ? [] : [.image(mediaType: header.mediaType, bytes: bytes)],
            structured: [
                "type": "image",
                "file": [
                    "type": .string(header.mediaType), "originalSize": .int(bytes.count),
                    "dimensions": ["originalWidth": .int(header.width), "originalHeight": .int(header.height)],
                ],
            ])
        // The host has it made smaller in a jail of its own: here it could read all that Read may.
        if isLarge { reply.blob = bytes }
        reply.seen = file.seen(hash: ContentHash.of(bytes), isWhole: false, size: bytes.count)
        return reply
    }
}
