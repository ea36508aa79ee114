internal import CJail
internal import Confinement
internal import LinuxSystem

/// What a run's first process said at its end.
enum RunReport {
    /// nil when nothing was said, because the process was killed.
    static func read(_ pipe: borrowing Descriptor) -> EndedAnswer? {
        withUnsafeTemporaryAllocation(byteCount: Int(CJAIL_REPORT_BYTES_MAX), alignment: 8) { room in
            let count = (try? pipe.read(into: room)) ?? 0
            let headBytes = MemoryLayout<cjail_report>.size
            guard count >= headBytes else { return nil }
            let raw = room.load(as: cjail_report.self)
            let callBytes = Int(raw.call_count) * MemoryLayout<cjail_refused_call>.size
            guard count == headBytes + callBytes + Int(raw.refusal_bytes), let end = end(raw) else { return nil }
            let refusals = UnsafeRawBufferPointer(rebasing: room[(headBytes + callBytes)..<count])
            let calls = UnsafeRawBufferPointer(rebasing: room[headBytes..<(headBytes + callBytes)])
            return EndedAnswer(
                end, cpuMicroseconds: raw.cpu_microseconds, memoryKilobytes: raw.memory_kilobytes,
                refusedPrograms: programs(refusals), refusedCalls: self.calls(calls))
        }
    }

    private static func end(_ raw: cjail_report) -> EndedAnswer.End? {
        switch UInt32(bitPattern: raw.kind) {
        case CJAIL_EXITED.rawValue: .exited(raw.value)
        case CJAIL_SIGNALED.rawValue: .signaled(raw.value)
        case CJAIL_REFUSED.rawValue: JailStep(rawValue: raw.step).map { .refused($0, code: raw.value) }
        default: nil
        }
    }

    private static func calls(_ bytes: UnsafeRawBufferPointer) -> [RefusedCall] {
        stride(from: 0, to: bytes.count, by: MemoryLayout<cjail_refused_call>.size).map { position in
            let call = bytes.loadUnaligned(fromByteOffset: position, as: cjail_refused_call.self)
            let program = withUnsafeBytes(of: call.program) { name in text(name.prefix { $0 != 0 }) }
            return RefusedCall(
                number: call.number, count: call.count, arguments: [call.arguments.0, call.arguments.1],
                program: program)
        }
    }

    private static func programs(_ bytes: UnsafeRawBufferPointer) -> [RefusedProgram] {
        let headBytes = MemoryLayout<cjail_refusal>.size
        var found: [RefusedProgram] = []
        var position = 0
        while position + headBytes <= bytes.count {
            let head = bytes.loadUnaligned(fromByteOffset: position, as: cjail_refusal.self)
            let program = position + headBytes
            let words = program + Int(head.program_bytes)
            let end = words + Int(head.word_bytes)
            guard end <= bytes.count else { break }
            found.append(
                RefusedProgram(
                    program: text(bytes[program..<words]), arguments: texts(bytes[words..<end]),
                    rule: head.rule == CJAIL_UNRULED ? nil : head.rule))
            position += headBytes + (end - program + 3) / 4 * 4
        }
        return found
    }

    /// Each word ends with a zero; the last may be cut.
    private static func texts(_ bytes: Slice<UnsafeRawBufferPointer>) -> [String] {
        var words = bytes.split(separator: 0, omittingEmptySubsequences: false).map(text)
        if words.last?.isEmpty == true { words.removeLast() }
        return words
    }

    /// Programs call themselves and others what they like.
    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
