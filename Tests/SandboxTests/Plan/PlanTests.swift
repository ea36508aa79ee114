import Confinement
import Sandbox
import Testing

@Suite struct PlanTests {
    private let machine = ImaginedMachine.debian

    @Test func onlyWhatIsNamedMayRun() throws {
        let compiled = try machine.compile("commands: { allow: [ls] }")
        let loader = "/usr/lib/x86_64-linux-gnu/ld-linux.so.2"
        #expect(compiled.executable == ["/usr/bin/bash", "/usr/bin/dash", "/usr/bin/ls", loader])
        #expect(compiled.mount("/usr/bin/ls") == .executable)
        #expect(compiled.mount("/usr/lib/x86_64-linux-gnu/libc.so.6") == .executable)
        #expect(compiled.mount("/usr/bin/perl") == nil)
        #expect(compiled.link("/bin") == "usr/bin")
        #expect(compiled.link("/usr/bin/sh") == "dash")
        #expect(compiled.link("/usr/lib64/ld.so.2") == "../lib/x86_64-linux-gnu/ld-linux.so.2")
        #expect(compiled.notes.isEmpty)
    }

    /// What can be read can be copied to where it could run.
    @Test func programsThatAreNotGrantedAreNotEvenThere() throws {
        let compiled = try machine.compile("filesystem: { read: [/usr] }\ncommands: { allow: [ls] }")
        #expect(compiled.plan.view.contains { if case .temporary("/usr/bin", _, _) = $0 { true } else { false } })
        #expect(compiled.mount("/usr") == .readable)
        #expect(compiled.mount("/usr/bin/ls") == .executable)
        #expect(compiled.link("/usr/bin/sh") == "dash")
        #expect(compiled.link("/usr/lib64/ld.so.2") == nil)
        let named = try machine.compile("filesystem: { read: [/usr, /usr/bin] }\ncommands: { allow: [ls] }")
        #expect(
            !named.plan.view.contains { if case .temporary = $0 { true } else { false } }
                || named.mount("/usr/bin") == nil)
    }

    @Test func aToolThatRunsNothingHasAFilterForItsWorker() throws {
        var settings = PlanSettings()
        settings.runsPrograms = false
        let text = "limits: { cpu: 5s, memory: 1GiB }"
        let compiled = try machine.compile(text, tool: "Read", settings: settings)
        #expect(try compiled.plan.workerFilter == SeccompFilter(workerDenying: []).bytes)
        #expect(compiled.limits.cpuSeconds == 5 && compiled.workerLimits.cpuSeconds == nil)
        #expect(compiled.workerLimits.memoryBytes == 1 << 30)
        #expect(try machine.compile(text).plan.workerFilter.isEmpty)
        let denied = try machine.compile("syscalls: { deny: [unlinkat] }", tool: "Read", settings: settings)
        #expect(try denied.plan.workerFilter == SeccompFilter(workerDenying: ["unlinkat"]).bytes)
        #expect(denied.plan.workerFilter != compiled.plan.workerFilter)
    }

    @Test func aFilterOfWhichNothingIsBegunIsNotMade() throws {
        var settings = PlanSettings()
        settings.runsPrograms = false
        settings.ownRuns = .workers
        let workers = try machine.compile("syscalls: { deny: [unlinkat] }", tool: "Read", settings: settings).plan
        #expect(try workers.filter == SeccompFilter(workerDenying: ["unlinkat"]).bytes)
        #expect(workers.isForWorkersAlone && workers.reporting.isEmpty)
        // What it allows in vain is told all the same.
        #expect(throws: (any Error).self) {
            try machine.compile("syscalls: { allow: [memfd_create] }", tool: "Read", settings: settings)
        }
        settings.ownRuns = .programs
        let programs = try machine.compile("", tool: "Grep", settings: settings).plan
        #expect(programs.workerFilter.isEmpty && !programs.filter.isEmpty && !programs.isForWorkersAlone)
        // For programs of the policy's it says nothing.
        settings.runsPrograms = true
        settings.ownRuns = .workers
        #expect(try machine.compile("", settings: settings).plan.workerFilter.isEmpty)
    }

    @Test func theWorkspaceIsWrittenAndNotRun() throws {
        let compiled = try machine.compile("filesystem: { read: [\"${workspace}\"], write: [\"${workspace}\"] }")
        #expect(compiled.mount("/work") == .writable)
        #expect(compiled.rights("/work") == [.read, .change])
    }

    @Test func runsBeginWhereTheViewShowsTheWorkspace() throws {
        #expect(try machine.compile("filesystem: { read: [/work/src] }").folder.text == "/")
        var machine = machine
        machine.folder("/work/src")
        #expect(try machine.compile("filesystem: { read: [/work/src] }").folder.text == "/work")
        #expect(try machine.compile("filesystem: { write: [\"${workspace}\"] }").folder.text == "/work")
        #expect(try machine.compile("commands: { allow: [ls] }").folder.text == "/")
    }

    @Test func foldersThatMayRun() throws {
        var machine = machine
        machine.folder("/work/build")
        let compiled = try machine.compile(
            "filesystem: { write: [\"${workspace}\"], execute: [\"${workspace}/build\", \"${workspace}/dist\"] }")
        #expect(compiled.mount("/work/build") == [.noSetUser, .noDevices])
        #expect(compiled.rights("/work/build") == [.read, .change, .execute])
        #expect(compiled.notes.map(\.kind) == [.missing])
        #expect(compiled.notes.first?.place?.line == 2)
    }

    @Test func foldersThatAreMadeToRunIn() throws {
        let compiled = try machine.compile(
            "filesystem: { write: [\"${workspace}\"], execute: [\"${workspace}/build/\", \"${workspace}/a/b/\"] }")
        #expect(compiled.plan.view.contains(.provide(path: "/work/build")))
        #expect(compiled.rights("/work/build") == [.read, .change, .execute])
        // Not where the folder around it is missing.
        #expect(compiled.notes.map(\.kind) == [.missing])
    }

    @Test func aDeniedProgramIsTakenBackUnderEachOfItsNames() throws {
        var machine = machine
        machine.link("/usr/bin/list", to: "ls")
        let compiled = try machine.compile("commands: { allow: [list, perl], deny: [ls] }")
        #expect(!compiled.executable.contains("/usr/bin/ls"))
        #expect(compiled.executable.contains("/usr/bin/perl"))
    }

    @Test func rulesOnArgumentsGoWithTheFile() throws {
        let compiled = try machine.compile(
            """
            commands:
              allow: [ls, "sh -c *", { name: cat, args: ["*.txt"], deny_args: ["-*"] }]
              deny: ["ls -a *"]
            """)
        func rules(_ path: String) throws -> ProgramRules? {
            let file = try #require(NormalPath(path).flatMap { machine.file($0) })
            return compiled.plan.programRules.first { $0.file.inode == file.inode }
        }
        let list = try #require(try rules("/usr/bin/ls"))
        #expect(list.rules.map(\.denies) == [true, false])
        #expect(list.rules.map(\.words) == [.inOrder(["-a"], open: true), .any])
        #expect(!list.allowsOthers)
        #expect(compiled.argumentRules[Int(list.rules[0].number)].name.hasPrefix("commands.deny["))
        // Called as a program it would run any other, with any arguments.
        let loader = try #require(try rules("/usr/lib/x86_64-linux-gnu/ld-linux.so.2"))
        #expect(loader.rules.isEmpty && !loader.allowsOthers)
        // The tool is a shell, whatever a rule says of it.
        #expect(try rules("/usr/bin/sh")?.allowsOthers == true)
        let refused = compiled.denial(
            RefusedProgram(program: "/usr/bin/ls", arguments: ["ls", "-a"], rule: list.rules[0].number))
        #expect(refused.layer == .exec && refused.place == compiled.argumentRules[Int(list.rules[0].number)].place)
        #expect(try machine.compile("commands: { allow: [ls], deny: [cat] }").plan.programRules.isEmpty)
    }

    @Test func ourOwnProgramRunsForEveryTool() throws {
        var machine = machine
        machine.program("/opt/sidecar/bin/worker", needs: ["libc.so.6"])
        machine.link("/usr/local/bin/worker", to: "/opt/sidecar/bin/worker")
        var settings = PlanSettings()
        settings.ownPrograms = ["/usr/local/bin/worker"].compactMap { NormalPath($0) }
        let loader = "/usr/lib/x86_64-linux-gnu/ld-linux.so.2"
        let policy = "commands: { allow: [ls], deny: [\"*\"] }"
        for tool in ["Read", "Bash"] {
            settings.runsPrograms = tool == "Bash"
            let compiled = try machine.compile(policy, tool: tool, settings: settings)
            #expect(compiled.executable == ["/opt/sidecar/bin/worker", loader])
            #expect(compiled.mount("/opt/sidecar/bin/worker") == .executable)
            #expect(compiled.mount("/usr/lib/x86_64-linux-gnu/libc.so.6") == .executable)
            #expect(compiled.link("/lib64") == "usr/lib64")
            #expect(compiled.link("/usr/lib64/ld.so.2") == "../lib/x86_64-linux-gnu/ld-linux.so.2")
            #expect(compiled.link("/usr/local/bin/worker") == "/opt/sidecar/bin/worker")
        }
        // Rules on the arguments of others are none of its own.
        settings.runsPrograms = true
        let judged = try machine.compile("commands: { allow: [\"worker x\"] }", settings: settings)
        #expect(judged.plan.programRules.first { $0.name == "worker" }?.allowsOthers == true)
    }

    @Test func whatIsMissingIsAFindingAndNoError() throws {
        let compiled = try machine.compile(
            "filesystem: { read: [/opt/none] }\ncommands: { allow: [nonesuch, \"no*\"] }")
        #expect(compiled.notes.map(\.kind) == [.missing, .missing, .missing])
    }

    @Test func librariesOfLibrariesByTheirOwnSearchPath() throws {
        var machine = machine
        machine.program("/opt/tool/bin/tool", needs: ["libown.so"], searchPath: "$ORIGIN/../lib")
        machine.library("/opt/tool/lib/libown.so", needs: ["libtinfo.so.6", "libgone.so"])
        let compiled = try machine.compile("commands: { allow: [/opt/tool/bin/tool] }")
        #expect(compiled.libraries.map(\.path.text).contains("/opt/tool/lib/libown.so"))
        #expect(compiled.notes.map(\.kind) == [.library])
        #expect(compiled.notes.first?.message.contains("libgone.so") == true)
    }

    @Test func scriptsNeedTheirInterpreter() throws {
        var machine = machine
        machine.file("/usr/bin/tool", "#!/usr/bin/perl -w\n", executable: true)
        #expect(try machine.compile("commands: { allow: [tool] }").notes.map(\.kind) == [.interpreter])
        #expect(try machine.compile("commands: { allow: [tool, perl] }").notes.isEmpty)
    }

    @Test func everythingMayRun() throws {
        let compiled = try machine.compile("filesystem: { read: [/usr] }\ncommands: { allow: [\"*\"] }")
        #expect(compiled.rights("/usr")?.contains(.execute) == true)
        #expect(compiled.mount("/usr")?.contains(.noExecution) == false)
    }

    @Test func theRootIsItsFoldersWithoutTheKernels() throws {
        var machine = machine
        machine.folder("/proc")
        machine.folder("/etc")
        let compiled = try machine.compile("filesystem: { read: [/] }")
        #expect(compiled.mount("/etc") == .readable)
        #expect(compiled.mount("/proc") == nil)
        #expect(compiled.mount("/") == nil)
    }

    @Test func environmentIsBuilt() throws {
        var settings = PlanSettings()
        settings.hostEnvironment = ["LANG": "C", "LC_ALL": "x", "SECRET": "s", "LD_PRELOAD": "/x"]
        let compiled = try machine.compile(
            "environment: { pass: [LANG, \"LC_*\"], set: { A: \"${workspace}/a\" } }", settings: settings)
        #expect(
            compiled.environment == [
                "LANG": "C", "LC_ALL": "x", "A": "/work/a", "PATH": "/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp",
                "USER": "sidecar", "LOGNAME": "sidecar",
            ])
    }

    /// Wherever it lies, and behind what is on PATH anyway.
    @Test func aProgramThatIsNamedByItsPathIsFoundByItsName() throws {
        var machine = machine
        machine.program("/opt/tools/bin/speak")
        let rules = "commands: { allow: [ls, /usr/bin/ls, /opt/tools/bin/speak, /opt/absent/speak] }"
        let path = try machine.compile(rules).environment["PATH"]
        #expect(path == "/usr/bin:/bin:/opt/tools/bin")
    }

    @Test func theRunsOwnFolder() throws {
        #expect(try machine.compile("").plan.freshFolders.isEmpty)
        let compiled = try machine.compile("filesystem: { write: [\"${tmp}\"] }")
        #expect(compiled.plan.freshFolders.map(\.path) == ["/tmp", "/dev/shm"])
        #expect(compiled.rights("/tmp") == [.read, .change])
        let running = try machine.compile("filesystem: { write: [\"${tmp}\"], execute: [\"${tmp}/run/\"] }")
        #expect(running.plan.freshFolders.map(\.isExecutable) == [false, false, true])
        #expect(running.rights("/tmp/run") == [.read, .change, .execute])
    }
}
