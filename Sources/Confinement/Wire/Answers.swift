/// What a zygote says about itself once it is one.
package struct ReadyAnswer: Sendable, Hashable {
    package let layers: JailLayers
    package let landlockVersion: UInt32
    package let outsideUser: UInt32

    package init(layers: JailLayers, landlockVersion: UInt32, outsideUser: UInt32) {
        self.layers = layers
        self.landlockVersion = landlockVersion
        self.outsideUser = outsideUser
    }

    package func encode() -> [UInt8] {
        var writer = WireWriter()
        writer.number(layers.rawValue)
        writer.number(landlockVersion)
        writer.number(outsideUser)
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        layers = try reader.options(all: .all)
        landlockVersion = try reader.number()
        outsideUser = try reader.number()
        try reader.finish()
    }
}

/// Why there will be no zygote.
package struct FailedAnswer: Error, Sendable, Hashable {
    package let step: JailStep
    package let code: Int32
    package let subject: String

    package init(_ step: JailStep, code: Int32, subject: String = "") {
        self.step = step
        self.code = code
        self.subject = subject
    }

    package func encode() -> [UInt8] {
        var writer = WireWriter()
        writer.number(step.rawValue)
        writer.number(code)
        writer.text(String(subject.prefix(WireLimits.pathBytes / 4)))
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        guard let step = JailStep(rawValue: try reader.number()) else { throw WireError("a step that nobody knows") }
        self.step = step
        code = try reader.number()
        subject = try reader.text(max: WireLimits.subjectBytes)
        try reader.finish()
    }
}

/// How a run ended.
package struct EndedAnswer: Sendable, Hashable {
    package enum End: Sendable, Hashable {
        case exited(Int32)
        case signaled(Int32)
        case refused(JailStep, code: Int32)
        case killed
    }
    package let end: End
    package let cpuMicroseconds: UInt64
    package let memoryKilobytes: UInt64
    package let refusedPrograms: [RefusedProgram]
    package let refusedCalls: [RefusedCall]

    package init(
        _ end: End, cpuMicroseconds: UInt64 = 0, memoryKilobytes: UInt64 = 0, refusedPrograms: [RefusedProgram] = [],
        refusedCalls: [RefusedCall] = []
    ) {
        self.refusedPrograms = refusedPrograms
        self.refusedCalls = refusedCalls
        self.end = end
        self.cpuMicroseconds = cpuMicroseconds
        self.memoryKilobytes = memoryKilobytes
    }

    package func encode() -> [UInt8] {
        var writer = WireWriter()
        let (tag, step, value): (UInt8, Int32, Int32) =
            switch end {
            case .exited(let code): (0, 0, code)
            case .signaled(let number): (1, 0, number)
            case .refused(let step, let code): (2, step.rawValue, code)
            case .killed: (3, 0, 0)
            }
        writer.number(tag)
        writer.number(step)
        writer.number(value)
        writer.number(cpuMicroseconds)
        writer.number(memoryKilobytes)
        writer.list(refusedPrograms) { $1.write(to: &$0) }
        writer.list(refusedCalls) { $1.write(to: &$0) }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        let tag: UInt8 = try reader.number()
        let rawStep: Int32 = try reader.number()
        let value: Int32 = try reader.number()
        switch tag {
        case 0 where (0...255).contains(value): end = .exited(value)
        case 1 where (1...64).contains(value): end = .signaled(value)
        case 2:
            guard let step = JailStep(rawValue: rawStep), value > 0 else {
                throw WireError("a refusal without a reason")
            }
            end = .refused(step, code: value)
        case 3: end = .killed
        default: throw WireError("an end that nobody knows")
        }
        cpuMicroseconds = try reader.number()
        memoryKilobytes = try reader.number()
        refusedPrograms = try reader.list(max: WireLimits.refusals, bytesEach: 12) { reader throws(WireError) in
            try RefusedProgram(from: &reader)
        }
        refusedCalls = try reader.list(max: WireLimits.refusedCalls, bytesEach: 28) { reader throws(WireError) in
            try RefusedCall(from: &reader)
        }
        try reader.finish()
    }
}
