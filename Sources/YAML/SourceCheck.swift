/// The first look at a file, before libyaml sees it: valid UTF-8, and no character that deceives a reader.
/// libyaml gives no position for either.
struct SourceCheck {
    let file: String
    let refusesHiddenCharacters: Bool

    /// What is wrong, and the text with a letter in the place of each such character, so that positions stay as they are;
    /// nil where it is no text.
    func check(_ bytes: some Collection<UInt8>) -> (plain: [UInt8]?, errors: [YAMLError]) {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var errors: [YAMLError] = []
        var position = YAMLPosition.start
        var decoder = UTF8()
        var source = bytes.makeIterator()
        var previous: Unicode.Scalar = " "
        while true {
            switch decoder.decode(&source) {
            case .emptyInput:
                return (plain, errors)
            case .error:
                errors.append(YAMLError(file: file, position: position, message: "this is not UTF-8 text"))
                return (nil, errors)
            case .scalarValue(let scalar):
                if let complaint = complaint(scalar) {
                    if errors.count < YAML.errorsMax {
                        errors.append(YAMLError(file: file, position: position, message: complaint))
                    }
                    plain.append(UInt8(ascii: "x"))
                } else {
                    plain += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                }
                advance(&position, over: scalar, after: previous)
                previous = scalar
            }
        }
    }

    private func complaint(_ scalar: Unicode.Scalar) -> String? {
        guard refusesHiddenCharacters || HiddenCharacters.isControl(scalar) else { return nil }
        return HiddenCharacters.complaint(scalar)
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
