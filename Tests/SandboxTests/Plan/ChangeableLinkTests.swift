import Confinement
import Sandbox
import Testing

/// A run can lay links in what it may write. The next run's plan does not follow them to what nobody granted.
@Suite struct ChangeableLinkTests {
    private var machine: ImaginedMachine {
        var machine = ImaginedMachine.debian
        machine.file("/home/me/.ssh/id")
        machine.folder("/home/me/project/lib")
        machine.program("/home/me/tool")
        return machine
    }

    @Test(arguments: ["/home/me/.ssh", "/", "/usr/bin", "../home/me/.ssh"])
    func aFolderThatMayRun(_ target: String) throws {
        var machine = machine
        machine.link("/work/node_modules", to: target)
        let compiled = try machine.compile(
            "filesystem: { write: [\"${workspace}\"], execute: [\"${workspace}/node_modules\"] }")
        #expect(
            compiled.mount("/home/me/.ssh") == nil && compiled.mount("/home") == nil
                && compiled.mount("/usr/bin") == nil)
        #expect(
            compiled.notes.contains { $0.kind == .notEnforced && $0.message.contains("/work/node_modules is a link") })
    }

    @Test func aFolderThatMayBeWritten() throws {
        var machine = machine
        machine.link("/work/dist", to: "/home/me/.ssh")
        machine.link("/work/sub/build", to: "/home/me/.ssh")
        let compiled = try machine.compile(
            "filesystem: { write: [\"${workspace}/dist\", \"${workspace}\"], execute: [\"${workspace}/sub/build/\"] }")
        #expect(compiled.mount("/home/me/.ssh") == nil)
    }

    @Test func aProgramByItsPath() throws {
        var machine = machine
        machine.link("/work/hello", to: "/home/me/tool")
        let compiled = try machine.compile(
            "filesystem: { write: [\"${workspace}\"] }\ncommands: { allow: [\"${workspace}/hello\"] }")
        #expect(!compiled.programs.contains { $0.path.name == "tool" })
    }

    /// What is granted by itself is no more by a link; and a link that no run can change is the user's.
    @Test func whatIsMeantStaysPossible() throws {
        var machine = machine
        machine.link("/work/venv", to: "/work/env-3.11")
        machine.folder("/work/env-3.11")
        machine.link("/home/me/work", to: "/home/me/project")
        let compiled = try machine.compile(
            """
            filesystem:
              read: ["/home/me/work/lib"]
              write: ["${workspace}"]
              execute: ["${workspace}/env-3.11", "${workspace}/venv"]
            """)
        #expect(compiled.mount("/home/me/project/lib") != nil)
        #expect(!compiled.notes.contains { $0.kind == .notEnforced })
    }
}
