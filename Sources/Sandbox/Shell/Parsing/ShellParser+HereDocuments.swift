extension ShellParser {
    /// Reads the bodies that begin here, behind a newline.
    mutating func readDocuments() throws(ShellSyntaxError) {
        while !awaited.isEmpty {
            let document = awaited.removeFirst()
            let body = try body(of: document)
            try countCopied(body.bytes.count)
            let parts = try parts(of: body, isQuoted: document.isQuoted)
            documents[document.number].parts = parts
        }
    }

    private struct Body {
        var bytes: [UInt8] = []
        var places: [Int32] = []
    }

    /// The lines up to the end mark, without the tabs that `<<-` takes away.
    private mutating func body(of document: AwaitedDocument) throws(ShellSyntaxError) -> Body {
        var body = Body()
        while place < end {
            var line = documentLine(joins: !document.isQuoted)
            if document.stripsTabs {
                let tabs = line.bytes.prefix { $0 == ShellByte.tab }.count
                line.bytes.removeFirst(tabs)
                line.places.removeFirst(tabs)
            }
            let isWhole = line.bytes.last == ShellByte.newline
            if line.bytes.dropLast(isWhole ? 1 : 0).elementsEqual(document.delimiter) {
                body.places.append(Int32(source(line.start)))
                return body
            }
            if substitutions > 0, line.bytes.starts(with: document.delimiter),
                line.bytes.contains(ShellByte.closeParenthesis)
            {
                throw failure(
                    .ambiguous, "a line that begins like the end mark of a here-document in a substitution",
                    at: line.start, expected: "the end mark alone")
            }
            body.bytes += line.bytes
            body.places += line.places
        }
        throw failure(
            .unfinished, "a here-document without its end", at: document.span.start,
            expected: "a line `\(String(decoding: document.delimiter, as: UTF8.self))`")
    }

    private struct Line {
        let start: Int
        var bytes: [UInt8] = []
        var places: [Int32] = []
    }

    /// The next line with its newline. Without quotes around the end mark, a backslash joins it with the one after it,
    /// before it is compared.
    private mutating func documentLine(joins: Bool) -> Line {
        var line = Line(start: place)
        var escaped = false
        while place < end {
            let byte = text[place]
            if joins, !escaped, byte == ShellByte.backslash, place + 1 < end, text[place + 1] == ShellByte.newline {
                place += 2
                continue
            }
            escaped = joins && !escaped && byte == ShellByte.backslash
            line.bytes.append(byte)
            line.places.append(Int32(source(place)))
            place += 1
            if byte == ShellByte.newline { break }
        }
        return line
    }

    private mutating func parts(of body: Body, isQuoted: Bool) throws(ShellSyntaxError) -> [ShellPart] {
        if isQuoted
            || !body.bytes.contains(where: {
                $0 == ShellByte.dollar || $0 == ShellByte.backquote || $0 == ShellByte.backslash
            })
        {
            return body.bytes.isEmpty ? [] : [.quoted(body.bytes)]
        }
        return try inner(body.bytes, .map(body.places)) { parser throws(ShellSyntaxError) in
            try parser.quotedParts(.document)
        }
    }

    /// Reads another text by the same rules, on the same budget.
    mutating func inner<Result>(
        _ text: [UInt8], _ origin: ShellOrigin,
        _ read: (inout ShellParser) throws(ShellSyntaxError) -> Result
    ) throws(ShellSyntaxError) -> Result {
        try enter()
        defer { leave() }
        var parser = ShellParser(text: text, origin: origin, lines: lines, dialect: dialect, budget: budget)
        swap(&parser.documents, &documents)
        defer {
            swap(&parser.documents, &documents)
            budget = parser.budget
        }
        return try read(&parser)
    }
}
