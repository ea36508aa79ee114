extension CallReporting {
    func write(to writer: inout WireWriter) {
        writer.blob(questions)
        writer.blob(filter)
        writer.list(errors) { writer, error in
            writer.number(error.number)
            writer.number(error.code)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init()
        questions = try JailPlan.readFilter(&reader)
        filter = try JailPlan.readFilter(&reader)
        errors = try reader.list(max: WireLimits.callErrors, bytesEach: 6) { reader throws(WireError) in
            CallError(number: try reader.number(), code: try reader.number())
        }
        if questions.isEmpty != filter.isEmpty { throw WireError("half of a report of calls") }
        // An answer without an error would say that the call was done.
        if errors.contains(where: { !(1...4095).contains($0.code) }) { throw WireError("an answer that is no error") }
    }
}

extension RefusedCall {
    static let argumentCount = 2

    func write(to writer: inout WireWriter) {
        writer.number(number)
        writer.number(count)
        for index in 0..<Self.argumentCount { writer.number(arguments.indices.contains(index) ? arguments[index] : 0) }
        writer.text(program)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let number: UInt32 = try reader.number()
        let count: UInt32 = try reader.number()
        let arguments: [UInt64] = [try reader.number(), try reader.number()]
        self.init(
            number: number, count: count, arguments: arguments,
            program: try reader.text(max: WireLimits.processNameBytes))
    }
}
