import Confinement
import LinuxSystem
import TestSupport
import Testing

/// A zygote that somebody has taken over says what he likes. The host side believes nothing of it, ends it, and goes on.
@Suite(.timeLimit(.minutes(2)))
struct HostileZygoteTests {
    private static let ready = Record(
        .ready, content: ReadyAnswer(layers: [.seccomp], landlockVersion: 7, outsideUser: 1000).encode())
    private static func ended(_ run: UInt32) -> Record {
        Record(.ended, run: run, content: EndedAnswer(.exited(0)).encode())
    }

    /// Says these packets, and then nothing.
    private static func program(_ packets: [[UInt8]]) -> ZygoteProgram {
        let words = packets.map { packet in
            "printf '" + packet.map { "\\\(String($0, radix: 8))" }.joined(separator: "") + "' >&3"
        }
        return ZygoteProgram(
            path: "/bin/bash", arguments: ["-c", (words + ["exec sleep 100"]).joined(separator: "\n")])
    }

    static let wrongStarts: [(String, [[UInt8]])] = [
        ("nothing that has a head", [[1]]), ("a kind that nobody knows", [[200, 0, 0, 0, 0, 0, 0, 0]]),
        ("what is the host's to say", [Record(.plan, content: []).packets()[0]]),
        ("a flag that is neither", [[65, 2, 0, 0, 0, 0, 0, 0]]), ("a mark", [[65, 0, 1, 0, 0, 0, 0, 0]]),
        ("ready, cut short", [Array(ready.packets()[0].dropLast())]), ("ready, and more", [ready.packets()[0] + [0]]),
        ("layers that there are not", [Array(ready.packets()[0].prefix(8)) + [UInt8](repeating: 255, count: 12)]),
        ("the end of a run before there is a jail", ended(1).packets()),
        ("a part, and then another message", [[65, 1, 0, 0, 0, 0, 0, 0, 7], ended(1).packets()[0]]),
        ("a part of nothing", [[65, 1, 0, 0, 0, 0, 0, 0]]),
        ("more than an answer may be", Record(.ready, content: [UInt8](repeating: 0, count: 20_000)).packets()),
    ]

    @Test(arguments: wrongStarts) func `It does not become a jail by saying`(
        _ what: String, _ packets: [[UInt8]]
    ) async throws {
        let started = try await withLoop { loop in
            await Task(executorPreference: loop) { () -> Result<Void, ZygoteError> in
                do throws(ZygoteError) {
                    let zygote = try await Zygote.start(JailPlan(), program: Self.program(packets), on: loop)
                    await zygote.stop()
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }.value
        }
        guard case .failure(.brokenProtocol) = started else {
            Issue.record("\(what): \(started)")
            return
        }
    }

    static let wrongAnswers: [(String, [[UInt8]])] = [
        ("ready again", ready.packets()),
        ("failed, after all", Record(.failed, content: FailedAnswer(.pivot, code: 1).encode()).packets()),
        ("the end of another run", ended(77).packets()), ("an end of no kind", [[67, 0, 0, 0, 1, 0, 0, 0, 9]]),
        ("an end twice", ended(1).packets() + ended(1).packets()),
    ]

    @Test(arguments: wrongAnswers) func `It is ended when it says`(_ what: String, _ packets: [[UInt8]]) async throws {
        let text = Self.program(Self.ready.packets() + packets).arguments[1]
        // The plan, and the two runs: what comes behind `ready` is an answer to them. A reader takes a whole packet.
        let take = "head -c 1 <&3 > /dev/null"
        let cut = text.firstIndex(of: "\n") ?? text.endIndex
        let script = "\(take)\n\(text[..<cut])\n\(take)\n\(take)\(text[cut...])"
        let outcome = try await withLoop { loop in
            try await Task(executorPreference: loop) { () -> JailOutcome in
                let zygote = try await Zygote.start(
                    JailPlan(), program: ZygoteProgram(path: "/bin/bash", arguments: ["-c", script]), on: loop)
                let nothing = try (0..<3).map { _ in OwnedDescriptor(try Descriptor.open("/dev/null", .readWrite)) }
                let run = JailRun(program: "/x", arguments: ["x"])
                let streams = { RunStreams(input: nothing[0], output: nothing[1], error: nothing[2]) }
                let first = zygote.begin(run, streams())
                let second = zygote.begin(run, streams())
                let outcome = await second.result()
                _ = await first.result()
                await zygote.stop()
                return outcome
            }.value
        }
        guard case .lost(.brokenProtocol) = outcome.end else {
            Issue.record("\(what): \(outcome.end)")
            return
        }
    }
}
