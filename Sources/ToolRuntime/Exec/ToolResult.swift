package import JSON
package import LinuxSystem
package import Sandbox

/// What became of a call: the same object behind every door (docs/tools.md).
package struct ToolResult: Sendable {
    /// How it ended, for exit codes, metrics and the audit log.
    package enum Ending: String, Sendable, CaseIterable {
        case done
        /// The tool ran and reported an error.
        case failed
        case denied
        case timedOut = "timed_out"
        /// The call is not one that the tool's schema allows.
        case wrongInput = "wrong_input"
        /// The jail cannot be made as the policy wants it.
        case sandboxTooWeak = "sandbox_too_weak"
        /// Whoever called has gone.
        case cancelled
    }

    package var tool: String
    package var ending: Ending
    package var content: [ToolContent]
    /// For programs. Of an error it has `code`, which stays the same whatever the text says.
    package var structured: JSONValue
    package var denied: RunDenial?
    package var policy: String
    package var layers: [String] = []
    package var duration = TimeSpan.zero

    package var isError: Bool { ending != .done }

    /// All texts, one after the other.
    package var text: String {
        content.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }

    package var json: JSONValue {
        [
            "tool": .string(tool), "is_error": .bool(isError), "content": .array(content.map(\.json)),
            "structured": structured, "denied": denied?.json ?? .null, "sandbox": sandbox, "duration_us": microseconds,
        ]
    }

    package var sandbox: JSONValue { ["policy": .string(policy), "layers": .array(layers.map { .string($0) })] }
    package var microseconds: JSONValue { .int(duration.nanoseconds / 1000) }
}

package enum ToolContent: Sendable, Equatable {
    case text(String)
    case image(mediaType: String, base64: String)

    package var json: JSONValue {
        switch self {
        case .text(let text): ["type": "text", "text": .string(text)]
        case .image(let mediaType, let base64):
            [
                "type": "image",
                "source": ["type": "base64", "media_type": .string(mediaType), "data": .string(base64)],
            ]
        }
    }
}

extension RunDenial {
    /// The contract's `denied`.
    package var json: JSONValue {
        [
            "layer": .string(layer.rawValue), "rule": .string(rule), "file": place.map { .string($0.file) } ?? .null,
            "line": place.map { .int($0.line) } ?? .null, "detail": .string(detail),
        ]
    }
}
