package import LinuxSystem

extension ValueKind<TimeSpan> {
    package static func time(_ range: ClosedRange<TimeSpan>) -> ValueKind {
        parsed(
            "time", .pattern("^[0-9]+ *(us|ms|s|m|h)$"),
            { text throws(ValueError) in
                let time = try TimeSpan.parse(text)
                guard range.contains(time) else {
                    throw ValueError("is outside \(range.lowerBound) to \(range.upperBound)")
                }
                return time
            },
            show: { .text($0.description) })
    }
}
