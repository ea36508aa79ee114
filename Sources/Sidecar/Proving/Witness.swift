internal import LinuxSystem

/// A process of the host that is there to be attacked, and what it has felt.
final class Witness: Sendable {
    /// Where it can be reached: numbers of ports, of the process and so on, by name.
    let facts: [String: String]
    private let child: ChildProcess
    private let asking: Descriptor
    private let answers: Descriptor

    private static let patience = TimeSpan.seconds(10)

    /// As whoever runs are outside of the jail, so that only the jail stands between them.
    static func start(_ stage: ProofStage, user: UInt32, group: UInt32) throws(SystemError) -> Witness {
        let questions = try Descriptor.pipe()
        let answers = try Descriptor.pipe()
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        let child = try ChildProcess(
            ProgramLaunch(
                path: stage.probe, arguments: ["as", "\(user)", "\(group)", "0", "witness", stage.served],
                environment: ["PROVE_SECRET": stage.secret], directory: stage.outside, newSession: true),
            descriptors: [questions.reading.raw, answers.writing.raw, nothing.raw])
        let asking = try questions.separate { reading, writing throws(SystemError) in writing }
        return try Witness(child, asking, answers.onlyReading())
    }

    private init(
        _ child: consuming ChildProcess, _ asking: consuming Descriptor, _ answers: consuming Descriptor
    ) throws(SystemError) {
        guard let line = try Self.line(answers) else {
            try? child.signal(.kill)
            _ = try? child.wait()
            throw SystemError(call: "sidecar-probe witness", code: SystemError.notFound)
        }
        facts = Self.pairs(line)
        self.child = child
        self.asking = asking
        self.answers = answers
    }

    /// Since it was asked last. nil: it does not answer any more.
    func feelings() -> [String: Int]? {
        guard (try? asking.writeAll("?\n".utf8)) != nil, let line = try? Self.line(answers) else { return nil }
        return Self.pairs(line).compactMapValues { Int($0) }
    }

    /// Ends it; it takes away what others could reach by a number.
    func stop() {
        if (try? asking.writeAll("q\n".utf8)) == nil { try? child.signal(.kill) }
        _ = try? child.wait()
    }

    private static func pairs(_ line: String) -> [String: String] {
        var result: [String: String] = [:]
        for word in line.split(separator: " ") {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, pair[1] != "-" { result[String(pair[0])] = String(pair[1]) }
        }
        return result
    }

    private static func line(_ answers: borrowing Descriptor) throws(SystemError) -> String? {
        let clock = MonotonicClock()
        let deadline = clock.now() + patience
        var text: [UInt8] = []
        while text.last != UInt8(ascii: "\n"), text.count < 4096 {
            guard try answers.waitUntilReadable(deadline, clock: clock) else { return nil }
            let count = try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) {
                room throws(SystemError) -> Int in
                let count = try answers.read(into: room) ?? 0
                text.append(contentsOf: room[..<count])
                return count
            }
            if count == 0 { return nil }
        }
        return String(decoding: text.dropLast(), as: UTF8.self)
    }
}
