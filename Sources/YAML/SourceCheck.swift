/// The first look at a file, before libyaml sees it: valid UTF-8, and no character that deceives a reader.
/// libyaml gives no position for either.
struct SourceCheck {
    let file: String
    let refusesHiddenCharacters: Bool

    func check(_ bytes: some Sequence<UInt8>) throws(YAMLError) {
        var position = YAMLPosition.start
        var decoder = UTF8()
        var source = bytes.makeIterator()
        var previous: Unicode.Scalar = " "
        while true {
            switch decoder.decode(&source) {
            case .emptyInput:
                return
            case .error:
                throw YAMLError(file: file, position: position, message: "this is not UTF-8 text")
            case .scalarValue(let scalar):
                try check(scalar, at: position)
                advance(&position, over: scalar, after: previous)
                previous = scalar
            }
        }
    }

    private func check(_ scalar: Unicode.Scalar, at position: YAMLPosition) throws(YAMLError) {
        guard refusesHiddenCharacters || HiddenCharacters.isControl(scalar) else { return }
        if let complaint = HiddenCharacters.complaint(scalar) {
            throw YAMLError(file: file, position: position, message: complaint)
        }
    }

    /// The same line ends as libyaml's, so that both count alike (YAML 1.1, section 4.1.4).
    private func advance(
        _ position: inout YAMLPosition, over scalar: Unicode.Scalar, after previous: Unicode.Scalar
    ) {
        switch scalar {
        case "\n" where previous == "\r":
            return
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
            position.line += 1
            position.column = 1
        default:
            position.column += 1
        }
    }
}
