internal import JSON

/// "The conversation is too long", in the many ways that upstreams put it, and in the two ways that make Claude Code help
/// itself: it compacts at the one, and asks for a shorter answer at the other.
enum ContextOverflow: Equatable, CustomStringConvertible {
    case prompt(tokens: Int, limit: Int)
    case together(input: Int, output: Int, limit: Int)

    var description: String {
        switch self {
        case .prompt(let tokens, let limit): "prompt is too long: \(tokens) tokens > \(limit) maximum"
        case .together(let input, let output, let limit):
            "input length and `max_tokens` exceed context limit: \(input) + \(output) > \(limit), "
                + "decrease input length or `max_tokens` and try again"
        }
    }

    init?(_ message: String, _ error: JSONElement) {
        // llama.cpp brings the numbers along.
        if let tokens = error["n_prompt_tokens"]?.int, let limit = error["n_ctx"]?.int {
            self = .prompt(tokens: max(tokens, limit + 1), limit: limit)
            return
        }
        let text = message.lowercased()
        let isOverflow =
            [
                "maximum context length", "context length exceeded", "context window", "context size",
                "prompt is too long", "input token count", "input is too long", "too many input tokens",
            ]
            .contains { text.hasText($0) }
            || error["code"]?.equals("context_length_exceeded") == true
            || error["type"]?.equals("exceed_context_size_error") == true
        guard isOverflow else { return nil }
        let numbers = Self.numbers(text)
        guard let limit = Self.limit(text, numbers) else {
            // Too long, nobody says by how much; what counts is that the client compacts.
            self = .prompt(tokens: 2, limit: 1)
            return
        }
        let input = Self.number(before: ["in the messages", "in your prompt", "input tokens", "of text input"], text)
        let output =
            Self.number(before: ["in the completion", "for the completion", "in the output", "output tokens"], text)
            ?? Self.number(after: "is too large: ", text)
        if let input, let output, input <= limit {
            self = .together(input: input, output: output, limit: limit)
        } else {
            let tokens = input ?? numbers.filter { $0 > limit }.max() ?? limit + 1
            self = .prompt(tokens: max(tokens, limit + 1), limit: limit)
        }
    }

    private static func limit(_ text: String, _ numbers: [Int]) -> Int? {
        number(after: "maximum context length is ", text) ?? number(after: "context window of ", text)
            ?? number(after: "context size (", text)
            ?? (numbers.count >= 2 ? numbers.sorted().dropLast().last : nil)
    }

    private static func numbers(_ text: String) -> [Int] {
        text.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }.filter { $0 >= 256 }
    }

    /// The number that stands right behind these words.
    private static func number(after words: String, _ text: String) -> Int? {
        guard let place = text.offset(of: words) else { return nil }
        return Int(text.utf8.dropFirst(place + words.utf8.count).prefix { (0x30...0x39).contains($0) }.text)
    }

    /// The number that stands right before one of these words, with a blank or an opening bracket between at most.
    private static func number(before choices: [String], _ text: String) -> Int? {
        for words in choices {
            guard let place = text.offset(of: words) else { continue }
            let front = text.utf8.prefix(place).reversed().drop { $0 == 0x20 }
            // "150000 tokens in the messages" as well as "150000 in the messages".
            let rest = front.starts(with: "snekot ".utf8) ? front.dropFirst(7) : front.dropFirst(0)
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            if let number = Int(Array(digits).reversed().text) { return number }
        }
        return nil
    }
}

extension Collection<UInt8> {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
