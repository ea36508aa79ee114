// JailBenchmark WORKSPACE OUTPUT.json [--quick], by Benchmarks/jail/run: how long it takes to run something in a jail, beside running it without one and
// beside bubblewrap, turn by turn so that a disturbance meets everybody; and what many runs leave behind.
// Ends with status 1 when a goal is missed.
import Confinement
import LinuxSystem
import Sandbox

Signal.ignoreBrokenPipes()
let words = Array(CommandLine.arguments.dropFirst())
let isQuick = words.contains("--quick")
let places = words.filter { !$0.hasPrefix("--") }
if places.count != 2 {
    try StandardStream.error.write("JailBenchmark: call Benchmarks/jail/run\n")
    ProcessInfo.exit(2)
}
let loop = try EventLoop()

func measure() async throws -> Report {
    let who = Contestants(loop: loop, workspace: places[0])
    let plan = try SamplePlan.make(workspace: places[0])
    let program = try ZygoteProgram.besideThisProgram()
    var report = Report()

    let zygote = try await Zygote.start(plan, program: program, on: loop)
    if words.contains("--loop") {
        // For a profiler: nothing but warm runs.
        var times: [TimeSpan] = []
        for _ in 0..<1500 { times.append(try await who.jailed("true", in: zygote)) }
        report.add("true: jail, warm", times)
        await zygote.stop()
        return report
    }
    // Where a policy has rules on arguments: each execve is asked about and looked at.
    let judging = try await Zygote.start(try SamplePlan.judging(plan), program: program, on: loop)
    // Where nobody is told of refused calls.
    let silent = try await Zygote.start(SamplePlan.silent(plan), program: program, on: loop)
    var times: [String: [TimeSpan]] = [:]
    let hasBubblewrap = (try? who.wrapped("true")) != nil
    for round in 0..<(isQuick ? 60 : 400) {
        for command in ["true", "bash -c true"] {
            times["\(command): bare", default: []].append(try who.bare(command))
            await pause()
            times["\(command): jail, warm", default: []].append(try await who.jailed(command, in: zygote))
            await pause()
            times["\(command): jail, judged", default: []].append(try await who.jailed(command, in: judging))
            await pause()
            times["\(command): jail, silent", default: []].append(try await who.jailed(command, in: silent))
            await pause()
            // Slow, and not what is judged: fewer of them will do.
            if hasBubblewrap, round % 4 == 0 {
                times["\(command): bubblewrap", default: []].append(try who.wrapped(command))
                await pause()
            }
        }
    }
    await judging.stop()
    await silent.stop()
    for (command, goal) in [("true", 1.5), ("bash -c true", 2.0)] {
        report.add("\(command): bare", times["\(command): bare"]!)
        report.add("\(command): jail, warm", times["\(command): jail, warm"]!, goal: goal)
        report.add("\(command): jail, rules on arguments", times["\(command): jail, judged"]!)
        report.add("\(command): jail, no reports", times["\(command): jail, silent"]!)
        if let wrapped = times["\(command): bubblewrap"] { report.add("\(command): bubblewrap", wrapped) }
    }
    report.add("worker round trip", try await who.roundTrips(isQuick ? 500 : 5000, in: zygote), goal: 0.15)
    if hasBubblewrap {
        // Three times as fast as bubblewrap: a third of its time, or less.
        let share = report.median("true: jail, warm") / report.median("true: bubblewrap")
        report.add("true: jail against bubblewrap", value: share, goal: 1.0 / 3)
    }

    var ready: [TimeSpan] = []
    var ran: [TimeSpan] = []
    for _ in 0..<(isQuick ? 10 : 50) {
        let cold = try await who.cold(plan, program)
        ready.append(cold.ready)
        ran.append(cold.ran)
    }
    report.add("jail from nothing: ready", ready, goal: 12)
    report.add("jail from nothing: first run", ran)

    let plans = try PlanTimes.measure(places[0], rounds: isQuick ? 5 : 20)
    report.add("plan of `default`: made", plans.made)
    report.add("plan of `default`: kept", plans.kept)

    try await measureMany(who, zygote, &report)
    await zygote.stop()
    return report
}

/// What one leaves to be cleared away should not be paid by the next. Calls of tools are further apart than this.
func pause() async { await loop.sleep(.milliseconds(5)) }

func measureMany(_ who: Contestants, _ zygote: Zygote, _ report: inout Report) async throws {
    for _ in 0..<100 { _ = try await who.jailed("true", in: zygote) }
    // What is over takes its mounts down after it has said so.
    await loop.sleep(.milliseconds(300))
    let before = Holdings(zygote)
    for _ in 0..<(isQuick ? 200 : 1000) { _ = try await who.jailed("true", in: zygote) }
    let clock = MonotonicClock()
    let began = clock.now()
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<64 {
            group.addTask(executorPreference: loop) { _ = try await who.jailed("bash -c true", in: zygote) }
        }
        try await group.waitForAll()
    }
    let together = clock.now() - began
    var inARow: [TimeSpan] = []
    for _ in 0..<(isQuick ? 50 : 300) { inARow.append(try await who.jailed("true", in: zygote)) }
    report.add("true: jail, one after the other", inARow)
    report.add("64 runs at once", [together])
    await loop.sleep(.milliseconds(300))
    for (name, before, after) in Holdings.compare(before, Holdings(zygote)) {
        // Memory may move by what the allocator keeps.
        report.add("left behind: \(name)", value: Double(after - before), goal: name.hasSuffix("KiB") ? 1024 : 0)
    }
}

nonisolated(unsafe) var status: Int32 = 1
loop.submit {
    Task(executorPreference: loop) {
        do {
            let report = try await measure()
            try StandardStream.output.write(report.table)
            try File.writeAtomically(places[1], Array(report.json.utf8))
            status = report.isHeld ? 0 : 1
        } catch {
            try? StandardStream.error.write("JailBenchmark: \(error)\n")
        }
        loop.stop()
    }
}
loop.run()
ProcessInfo.exit(status)
