internal import JailTools
internal import ToolRuntime

/// What lies between two states of a file, as text.
enum CheckpointDiff {
    typealias Content = (state: CheckpointRecord.State, bytes: [UInt8])

    private static let bytesMax = 1 << 20

    /// Empty where nothing does.
    static func text(_ path: String, _ old: Content, _ new: Content) -> String {
        var lines: [String] = []
        if let one = old.state.mode, let other = new.state.mode, one != other {
            lines.append("\(path): mode \(String(one, radix: 8)) is \(String(other, radix: 8))")
        }
        switch (old.state.kind, new.state.kind) {
        case (.nothing, .nothing): break
        case (.large, _), (_, .large):
            lines.append("\(path): too long to be kept (\(size(old.state)), then \(size(new.state)))")
        case (.link, .link), (.link, .nothing), (.nothing, .link), (.file, .link), (.link, .file):
            if old.bytes != new.bytes || old.state.kind != new.state.kind {
                lines.append("\(path): \(about(old)), then \(about(new))")
            }
        default:
            if old.bytes.contains(0) || new.bytes.contains(0) {
                if old.bytes != new.bytes {
                    lines.append("\(path): binary (\(size(old.state)), then \(size(new.state)))")
                }
            } else if old.bytes != new.bytes {
                lines.append(Patch(from: old.bytes, to: new.bytes).unified(path, bytesMax: bytesMax))
            } else if old.state.kind != new.state.kind {
                lines.append("\(path): \(about(old)), then \(about(new))")
            }
        }
        return ShownText.neutral(lines.joined(separator: "\n"))
    }

    private static func size(_ state: CheckpointRecord.State) -> String {
        state.kind == .nothing ? "no file" : "\(state.bytes) bytes"
    }

    private static func about(_ content: Content) -> String {
        switch content.state.kind {
        case .nothing: "no file"
        case .file, .large: "a file of \(content.state.bytes) bytes"
        case .link: "a link to \(String(decoding: content.bytes, as: UTF8.self))"
        }
    }
}
