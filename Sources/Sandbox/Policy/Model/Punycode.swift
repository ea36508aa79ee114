/// RFC 3492, as far as it takes to tell whether a label stands for something.
enum Punycode {
    private static let base = 36
    private static let thresholdMin = 1
    private static let thresholdMax = 26
    private static let skew = 38
    private static let damp = 700

    /// What stands behind `xn--` decodes to at least one character that is not ASCII, and to no control characters.
    static func isLabel(_ text: Substring) -> Bool {
        guard let decoded = decode(text) else { return false }
        return decoded.contains { !$0.isASCII } && !decoded.contains { (0x80...0x9F).contains($0.value) }
    }

    static func decode(_ text: Substring) -> [Unicode.Scalar]? {
        var output: [Unicode.Scalar] = []
        var input = text[...]
        if let hyphen = text.lastIndex(of: "-") {
            output = Array(text[..<hyphen].unicodeScalars)
            input = text[text.index(after: hyphen)...]
        }
        var value = 128
        var index = 0
        var bias = 72
        var digits = Array(input.utf8)[...]
        while !digits.isEmpty {
            let before = index
            var weight = 1
            var step = base
            while true {
                guard let byte = digits.popFirst(), let digit = digit(byte) else { return nil }
                let (more, overflow) = digit.multipliedReportingOverflow(by: weight)
                guard !overflow, index <= Int(UInt32.max) - min(more, Int(UInt32.max)) else { return nil }
                index += more
                let threshold = step <= bias ? thresholdMin : min(thresholdMax, max(thresholdMin, step - bias))
                if digit < threshold { break }
                weight *= base - threshold
                guard weight <= Int(UInt32.max) else { return nil }
                step += base
            }
            let count = output.count + 1
            bias = adapt(index - before, count, isFirst: before == 0)
            value += index / count
            index %= count
            guard let number = UInt32(exactly: value), let scalar = Unicode.Scalar(number) else { return nil }
            output.insert(scalar, at: index)
            index += 1
        }
        return output
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
        default: nil
        }
    }

    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var step = 0
        while delta > (base - thresholdMin) * thresholdMax / 2 {
            delta /= base - thresholdMin
            step += base
        }
        return step + (base - thresholdMin + 1) * delta / (delta + skew)
    }
}
