import JSON
import LinuxSystem
import Testing
import ToolRuntime

/// The store, the pending files and restoring, without tools and jails.
@Suite struct CheckpointStoreTests {
    private struct Ground {
        let folder: String
        var state: String { "\(folder)/state" }
        var workspace: String { "\(folder)/work" }
        var pending: PendingCheckpoints { PendingCheckpoints(stateFolder: state) }

        func write(_ name: String, _ text: String) throws {
            try File.writeAtomically("\(workspace)/\(name)", Array(text.utf8), mode: 0o644)
        }

        func read(_ name: String) -> String? { try? File.readText("\(workspace)/\(name)") }

        /// As a tool does: keep, then change. nil: there was none, or there is none any more.
        func change(_ name: String, _ old: String?, _ new: String?, at time: Int, session: String? = nil) throws {
            try pending.prepare()
            _ = try pending.add(record(name, old, new, at: time, session: session), contents(old, new))
            if let new { try write(name, new) } else { try File.remove("\(workspace)/\(name)") }
        }

        func record(
            _ name: String, _ old: String?, _ new: String?, at time: Int, session: String? = nil
        )
            -> CheckpointRecord
        {
            func state(_ text: String?) -> CheckpointRecord.State {
                text.map { .init(kind: .file, bytes: $0.utf8.count, mode: 0o644) } ?? .nothing
            }
            return CheckpointRecord(
                milliseconds: time, workspace: workspace, session: session, tool: "Edit",
                files: [.init(path: name, before: state(old), after: state(new))])
        }

        func contents(_ texts: String?...) -> [[UInt8]] { texts.compactMap { $0 }.map { Array($0.utf8) } }

        func restore(_ index: Int, _ paths: [String] = [], session: String? = nil) throws -> [CheckpointRestore.Step] {
            let store = try CheckpointStore(stateFolder: state)
            let stored = try store.list(workspace)
            let target = CheckpointTarget(stored.map(\.record), from: index, session: session)
            return try CheckpointRestore(store, workspace: workspace)
                .run(target.files(at: paths).files, stored, session: nil, now: 9_000_000).steps
        }
    }

    private func with(_ body: (Ground) throws -> Void) throws {
        let ground = Ground(folder: try File.makeTemporaryFolder("/tmp/checkpoints-"))
        defer { File.removeTree(ground.folder) }
        for name in ["work", "work/sub", "state", "outside"] { try File.makeFolder("\(ground.folder)/\(name)") }
        try body(ground)
    }

    @Test func `What was pending is in the store, once, in its order`() throws {
        try with { ground in
            try ground.change("a", nil, "one", at: 1000)
            try ground.change("a", "one", "two", at: 2000)
            do {
                let stored = try CheckpointStore(stateFolder: ground.state).list(ground.workspace)
                #expect(stored.map(\.record.milliseconds) == [1000, 2000])
            }
            #expect(ground.pending.names() == [])
            // A process that was killed after it had stored and before it had tidied up leaves one there.
            let record = ground.record("a", "two", "three", at: 3000)
            _ = try ground.pending.add(record, ground.contents("two", "three"))
            _ = try CheckpointStore(stateFolder: ground.state)
            _ = try ground.pending.add(record, ground.contents("two", "three"))
            let store = try CheckpointStore(stateFolder: ground.state)
            let stored = try store.list(ground.workspace)
            #expect(stored.count == 3)
            #expect(try store.content(stored[2], 0, .before) == Array("two".utf8))
            #expect(try store.content(stored[2], 0, .after) == Array("three".utf8))
            #expect(try File.status("\(ground.state)/checkpoints").mode == 0o700)
        }
    }

    @Test func `One that was broken off while it was written is passed over`() throws {
        try with { ground in
            try ground.change("a", "old", "new", at: 1000)
            let path = "\(ground.pending.folder)/\(try #require(ground.pending.names().first))"
            let bytes = try File.read(path)
            for count in [0, 7, 20, bytes.count - 1] {
                try File.writeAtomically(path, Array(bytes[..<count]))
                let store = try CheckpointStore(stateFolder: ground.state)
                #expect(try store.list(ground.workspace).isEmpty)
                #expect(try store.prune(CheckpointBounds(), now: 1000).kept == 0)
            }
            // Half a day later, it could still be somebody's; it stays until nobody can be at it.
            #expect(ground.pending.names().count == 1)
            try File.writeAtomically(path, bytes)
            #expect(try CheckpointStore(stateFolder: ground.state).list(ground.workspace).count == 1)
        }
    }

    @Test func `Small ones in a row are taken in, but for those taken back, and what comes meanwhile stays`() throws {
        try with { ground in
            try ground.pending.prepare()
            let journal = PendingJournal(ground.pending)
            func add(_ time: Int) throws -> PendingCheckpoints.Place {
                try journal.add(ground.record("a", "x", "y\(time)", at: time), ground.contents("x", "y\(time)"))
            }
            func stored() throws -> [Int] {
                try CheckpointStore(stateFolder: ground.state).list(ground.workspace).map(\.record.milliseconds)
            }
            _ = try add(1000)
            ground.pending.takeBack(try add(2000))
            let last = try add(3000)
            #expect(ground.pending.names() == [last.name])
            // One more between the look and the removal.
            let seen = try #require(ground.pending.read(last.name))
            #expect(seen.entries.map(\.record.milliseconds) == [1000, 3000])
            _ = try add(4000)
            ground.pending.remove(last.name, ifStill: seen.bytes)
            #expect(try stored() == [1000, 3000, 4000])
            #expect(ground.pending.names().isEmpty)
            // The file is gone, and nothing may be written to where nobody finds it.
            _ = try add(5000)
            #expect(try stored() == [1000, 3000, 4000, 5000])
            let store = try CheckpointStore(stateFolder: ground.state)
            let all = try store.list(ground.workspace)
            #expect(try store.content(all[3], 0, .after) == Array("y5000".utf8))
        }
    }

    @Test func `What stands before one that was broken off counts`() throws {
        try with { ground in
            try ground.pending.prepare()
            let journal = PendingJournal(ground.pending)
            let first = try journal.add(ground.record("a", nil, "one", at: 1000), ground.contents("one"))
            let second = try journal.add(ground.record("a", "one", "two", at: 2000), ground.contents("one", "two"))
            let path = "\(ground.pending.folder)/\(first.name)"
            let bytes = try File.read(path)
            for count in [try #require(second.offset) + 3, bytes.count - 1] {
                try File.writeAtomically(path, Array(bytes[..<count]))
                #expect(try CheckpointStore(stateFolder: ground.state).list(ground.workspace).count == 1)
                #expect(ground.pending.names().isEmpty)
            }
        }
    }

    @Test func `A lock of a process that was killed holds nobody up`() throws {
        try with { ground in
            try ground.change("a", "old", "new", at: 1000)
            _ = try CheckpointStore(stateFolder: ground.state)
            let folder = "\(ground.state)/checkpoints/store.git/refs/workspaces"
            let name = try #require(try Directory.entries(folder).first)
            try File.writeAtomically("\(folder)/\(name).lock", [])
            try ground.change("a", "new", "newer", at: 2000)
            #expect(try CheckpointStore(stateFolder: ground.state).list(ground.workspace).count == 2)
        }
    }

    @Test func `Restoring brings back, makes, removes, and can be undone`() throws {
        try with { ground in
            try ground.write("kept", "0")
            try ground.write("gone", "was here")
            try ground.change("kept", "0", "1", at: 1000)
            try ground.change("kept", "1", "2", at: 2000)
            try ground.change("sub/made", nil, "new", at: 3000)
            try ground.change("gone", "was here", nil, at: 4000)
            let steps = try ground.restore(0)
            #expect(steps.map(\.path) == ["gone", "kept", "sub/made"])
            #expect(steps.map(\.outcome) == [.created, .restored, .removed])
            #expect(ground.read("kept") == "0")
            #expect(ground.read("gone") == "was here")
            #expect(ground.read("sub/made") == nil)
            // The fifth is what restoring has kept.
            #expect(try ground.restore(4).map(\.outcome) == [.removed, .restored, .created])
            #expect(ground.read("kept") == "2")
            #expect(ground.read("sub/made") == "new")
            #expect(ground.read("gone") == nil)
        }
    }

    @Test func `Only what is named, only what a session did, and what others did since is said`() throws {
        try with { ground in
            try ground.change("sub/a", "0", "1", at: 1000, session: "s")
            try ground.change("b", "0", "1", at: 2000, session: "t")
            try ground.write("sub/a", "by hand")
            let steps = try ground.restore(0, ["sub"])
            #expect(steps == [.init(path: "sub/a", outcome: .restored, hadOtherChanges: true)])
            #expect(ground.read("b") == "1")
            #expect(try ground.restore(0, session: "s").map(\.outcome) == [.unchanged])
            #expect(ground.read("b") == "1")
            let records = try CheckpointStore(stateFolder: ground.state).list(ground.workspace).map(\.record)
            #expect(CheckpointTarget(records, from: 0).files(at: ["c", "sub"]).missing == ["c"])
        }
    }

    @Test func `Modes come back, and a file that cannot be kept is left alone`() throws {
        try with { ground in
            try ground.change("run", "x", "y", at: 1000)
            try File.changeMode("\(ground.workspace)/run", 0o755)
            _ = try ground.restore(0)
            #expect(try File.status("\(ground.workspace)/run").mode == 0o644)
            try ground.change("big", "x", "y", at: 10_000_000)
            let long = [UInt8](repeating: 120, count: (8 << 20) + 1)
            try File.writeAtomically("\(ground.workspace)/big", long)
            let step = try #require(try ground.restore(2).first)
            guard case .refused(let reason) = step.outcome else {
                Issue.record("\(step)")
                return
            }
            #expect(reason.contains("too many to be kept"))
            #expect(try File.status("\(ground.workspace)/big").size == long.count)
        }
    }

    @Test func `Links that were planted since lead nowhere`() throws {
        try with { ground in
            let outside = "\(ground.folder)/outside"
            try File.writeAtomically("\(outside)/victim", Array("safe".utf8))
            try ground.change("file", "old", "new", at: 1000)
            try ground.change("sub/victim", "old", "new", at: 2000)
            // The file is a link now, and so is the folder of the other.
            try File.remove("\(ground.workspace)/file")
            try File.makeLink("\(ground.workspace)/file", to: "\(outside)/victim")
            File.removeTree("\(ground.workspace)/sub")
            try File.makeLink("\(ground.workspace)/sub", to: outside)
            let steps = try ground.restore(0)
            #expect(steps[0].outcome == .restored)
            guard case .refused(let reason) = steps[1].outcome else {
                Issue.record("\(steps)")
                return
            }
            #expect(reason.contains("link"))
            #expect(try File.readText("\(outside)/victim") == "safe")
            #expect((try? File.linkTarget("\(ground.workspace)/file")) == nil)
            #expect(ground.read("file") == "old")
            // Undone, the link is there again, as it was.
            _ = try ground.restore(2, ["file"])
            #expect(try File.linkTarget("\(ground.workspace)/file") == "\(outside)/victim")
        }
    }

    @Test(arguments: ["../outside/x", "/etc/x", "a//b", "a/../../x", "", "."])
    func `A path that leads out is refused, whatever a record says`(_ path: String) throws {
        try with { ground in
            let files = try WorkspaceFiles(ground.workspace)
            #expect(throws: WorkspaceFiles.Refusal.self) { _ = try files.now("a\0b") }
            #expect(throws: WorkspaceFiles.Refusal.self) {
                try files.put(path, .init(kind: .file, bytes: 1, mode: 0o644), [120])
            }
            #expect(throws: WorkspaceFiles.Refusal.self) { _ = try files.now(path) }
        }
    }

    @Test func `Pruning keeps the newest, and git finds nothing wrong with what is left`() throws {
        try with { ground in
            for number in 1...20 { try ground.change("a", "\(number - 1)", "\(number)", at: number * 1000) }
            var bounds = CheckpointBounds()
            bounds.perWorkspace = 5
            do {
                let store = try CheckpointStore(stateFolder: ground.state)
                #expect(try store.prune(bounds, now: 20_000) == .init(kept: 5, removed: 15))
                let stored = try store.list(ground.workspace)
                #expect(stored.map(\.record.milliseconds) == [16_000, 17_000, 18_000, 19_000, 20_000])
                #expect(try store.content(stored[0], 0, .before) == Array("15".utf8))
            }
            let folder = "\(ground.state)/checkpoints/store.git"
            #expect(
                try Directory.entries("\(folder)/objects").filter { $0.utf8.count == 2 }
                    .allSatisfy { try Directory.entries("\(folder)/objects/\($0)").isEmpty })
            #expect(try git(folder, "fsck", "--full", "--strict") == 0)
            bounds.days = 0
            let store = try CheckpointStore(stateFolder: ground.state)
            #expect(try store.prune(bounds, now: 86_400_000).kept == 0)
            #expect(try store.list(ground.workspace).isEmpty)
            #expect(try git(folder, "fsck", "--full") == 0)
        }
    }

    @Test func `The same content of two workspaces is there once`() throws {
        try with { ground in
            let text = String(repeating: "line\n", count: 1000)
            for number in 0..<3 {
                var record = ground.record("a", text, nil, at: 1000 + number)
                record.workspace = "/somewhere/\(number)"
                try ground.pending.prepare()
                _ = try ground.pending.add(record, ground.contents(text))
            }
            _ = try CheckpointStore(stateFolder: ground.state)
            let objects = "\(ground.state)/checkpoints/store.git/objects"
            let count = try Directory.entries(objects).filter { $0.utf8.count == 2 }
                .reduce(0) { try $0 + Directory.entries("\(objects)/\($1)").count }
            // A blob, a tree, and three commits.
            #expect(count == 5)
        }
    }

    private func git(_ folder: String, _ words: String...) throws -> Int32 {
        let program = try #require(Program.find("git"))
        let null = try Descriptor.open("/dev/null", .readWrite)
        return try ChildProcess(
            ProgramLaunch(
                path: program, arguments: ["--git-dir", folder] + words,
                environment: ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"]),
            descriptors: [null.raw, null.raw, null.raw]
        ).wait()
    }
}
