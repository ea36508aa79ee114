import Confinement
import TestSupport
import Testing

/// What goes over the socket arrives as it was; and what somebody else sends is refused and never followed.
struct WireTests {
    static func plan() -> JailPlan {
        var plan = JailPlan()
        plan.view = [
            .bind(source: "/a", target: "/b/c", .readable, expected: ExpectedFile(device: 7, inode: .max)),
            .bind(source: "/a b", target: "/ä", .executable, expected: nil),
            .temporary(path: "/t", bytes: 1 << 40, inodes: 3), .directory(path: "/", mode: 0o755),
            .file(path: "/etc/passwd", bytes: [0, 255, 10]), .link(path: "/bin", to: "usr/bin"), .device(.urandom),
            .pin(path: "/p"), .protect(path: "/q"), .cover(path: "/r"), .reserve(path: "/s", .folder),
            .provide(path: "/t"),
            .reserve(path: "/s2", .file(bytes: [46, 10])),
        ]
        plan.freshFolders = [FreshFolder(path: "/tmp", bytes: 1, inodes: 2)]
        plan.rules = [PathRule("/x", .all), PathRule("/y", [])]
        plan.filter = Array(repeating: 9, count: 64)
        plan.workerFilter = Array(repeating: 8, count: 8)
        plan.reporting.questions = Array(repeating: 7, count: 16)
        plan.reporting.filter = Array(repeating: 6, count: 8)
        plan.reporting.errors = [CallReporting.CallError(number: 41, code: 97)]
        plan.network = .own(ports: [3128, 65535])
        plan.programRules = [
            ProgramRules(
                file: ExpectedFile(device: 1, inode: 2), name: "git",
                rules: [
                    ArgumentRule(number: 0, denies: true, .inOrder(["push"], open: true)),
                    ArgumentRule(number: 1, denies: false, .inOrder(["a", ""], open: false)),
                    ArgumentRule(number: 2, denies: false, .each(["-*"]), denied: ["ä"]),
                    ArgumentRule(number: 3, denies: false, .any),
                ], allowsOthers: true)
        ]
        plan.required = .all
        plan.user.exchanged = ["/w"]
        plan.hostName = "h"
        return plan
    }

    static func planOfRules() -> JailPlan {
        var plan = JailPlan()
        plan.isolation = .rules
        plan.view = [.bind(source: "/a", target: "/a", .all, expected: ExpectedFile(device: 7, inode: 8))]
        plan.filter = Array(repeating: 9, count: 8)
        return plan
    }

    static func run() -> JailRun {
        var run = JailRun(
            program: "/usr/bin/env", arguments: ["env", "", "ä"], environment: ["A": "", "B": "x=y"], folder: "/w")
        run.limits.cpuSeconds = 0
        run.limits.fileBytes = .max
        run.isWorker = true
        return run
    }

    static let messages: [[UInt8]] = [
        plan().encode(), planOfRules().encode(), run().encode(),
        ReadyAnswer(layers: .all, landlockVersion: 7, outsideUser: 1000).encode(),
        FailedAnswer(.pivot, code: 13, subject: "/ä").encode(), EndedAnswer(.exited(255)).encode(),
        EndedAnswer(.signaled(9), cpuMicroseconds: .max, memoryKilobytes: 1).encode(),
        EndedAnswer(.refused(.execute, code: 2)).encode(), EndedAnswer(.killed).encode(),
        EndedAnswer(
            .exited(126),
            refusedPrograms: [
                RefusedProgram(program: "/usr/bin/git", arguments: ["git", ""], rule: 0),
                RefusedProgram(program: "x", arguments: [], rule: nil),
            ]
        ).encode(),
        EndedAnswer(
            .exited(1), refusedCalls: [RefusedCall(number: 101, count: .max, arguments: [0, .max], program: "ä")]
        ).encode(),
    ]

    /// Whichever decoder takes it: what it says comes back as the same bytes.
    static func again(_ bytes: [UInt8]) -> [[UInt8]] {
        [
            (try? JailPlan(decoding: bytes))?.encode(), (try? JailRun(decoding: bytes))?.encode(),
            (try? ReadyAnswer(decoding: bytes))?.encode(), (try? FailedAnswer(decoding: bytes))?.encode(),
            (try? EndedAnswer(decoding: bytes))?.encode(),
        ].compactMap { $0 }
    }

    @Test func `What is sent is what arrives`() throws {
        #expect(try JailPlan(decoding: Self.plan().encode()) == Self.plan())
        #expect(try JailRun(decoding: Self.run().encode()) == Self.run())
        for message in Self.messages { #expect(Self.again(message).contains(message)) }
    }

    @Test func `A plan without namespaces has no view and no network, but a filter`() throws {
        #expect(try JailPlan(decoding: Self.planOfRules().encode()) == Self.planOfRules())
        let changes: [(inout JailPlan) -> Void] = [
            { $0.view.append(.cover(path: "/a")) },
            { $0.view = [.bind(source: "/a", target: "/b", .all, expected: nil)] },
            { $0.network = .own(ports: [1]) }, { $0.network = .host }, { $0.filter = [] },
        ]
        for change in changes {
            var plan = Self.planOfRules()
            change(&plan)
            let bytes = plan.encode()
            #expect(throws: WireError.self) { try JailPlan(decoding: bytes) }
        }
    }

    @Test func `Half of a message is none, and neither is more than one`() {
        for message in Self.messages {
            for end in 0..<message.count { #expect(!Self.again(Array(message[..<end])).contains(message)) }
        }
        #expect(throws: WireError.self) { try JailPlan(decoding: Self.plan().encode() + [0]) }
        #expect(throws: WireError.self) { try JailRun(decoding: Self.run().encode() + [0]) }
        for end in 0..<Self.plan().encode().count {
            #expect(throws: WireError.self) { try JailPlan(decoding: Array(Self.plan().encode()[..<end])) }
        }
    }

    @Test func `Any byte may be another one`() {
        var generator = SeededGenerator(seed: 7)
        for message in Self.messages {
            for _ in 0..<2000 {
                var broken = message
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    broken[Int.random(in: broken.indices, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                // No crash, no endless loop; what is taken means something that can be said again.
                for bytes in Self.again(broken) { #expect(Self.again(bytes).contains(bytes)) }
            }
        }
    }

    @Test(arguments: [
        "relative", "/a/../b", "/a/./b", "/a//b", "/a/", "", "/a/..", "//",
    ]) func `A path that can be read in two ways is refused`(_ path: String) {
        var plan = JailPlan()
        plan.view = [.pin(path: path)]
        #expect(throws: WireError.self) { try JailPlan(decoding: plan.encode()) }
        let run = JailRun(program: path, arguments: ["x"])
        #expect(throws: WireError.self) { try JailRun(decoding: run.encode()) }
    }

    @Test func `A zero byte ends no text early`() {
        let run = JailRun(program: "/a", arguments: ["x\0y"])
        #expect(throws: WireError.self) { try JailRun(decoding: run.encode()) }
        let other = JailRun(program: "/a", arguments: ["x"], environment: ["A": "1\0LD_PRELOAD=x"])
        #expect(throws: WireError.self) { try JailRun(decoding: other.encode()) }
        let named = JailRun(program: "/a", arguments: ["x"], environment: ["A=B": "1"])
        #expect(throws: WireError.self) { try JailRun(decoding: named.encode()) }
    }

    @Test func `Nobody is root, and a filter has whole instructions`() {
        var plan = JailPlan()
        plan.user.outside = 0
        #expect(throws: WireError.self) { try JailPlan(decoding: plan.encode()) }
        plan = JailPlan()
        plan.filter = [1, 2, 3]
        #expect(throws: WireError.self) { try JailPlan(decoding: plan.encode()) }
        plan = Self.plan()
        plan.reporting.errors = [CallReporting.CallError(number: 41, code: 0)]
        #expect(throws: WireError("an answer that is no error")) { try JailPlan(decoding: plan.encode()) }
        plan = JailPlan()
        plan.network = .own(ports: Array(1...9))
        #expect(throws: WireError.self) { try JailPlan(decoding: plan.encode()) }
    }

    @Test func `A count of more than there is takes no memory`() {
        var writer = WireWriter()
        writer.number(UInt32.max)
        #expect(throws: WireError("a count of 4294967295, more than 16384")) { try JailPlan(decoding: writer.bytes) }
        writer = WireWriter()
        writer.number(UInt32(16384))
        #expect(throws: WireError("a count of 16384, and too little behind it")) {
            try JailPlan(decoding: writer.bytes)
        }
    }
}
