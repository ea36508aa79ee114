import Confinement
import Sandbox
import Testing

@Suite struct RunUserTests {
    private func user(_ owner: UInt32, asRoot: Bool = true) throws -> JailPlan.User {
        var machine = ImaginedMachine.debian
        machine.file("/home/me/.gitconfig")
        machine.owners = ["/work": owner]
        machine.modes = ["/home/me": 0o700]
        var settings = PlanSettings()
        settings.user = asRoot ? 0 : 1234
        settings.group = asRoot ? 0 : 1234
        return try machine.compile(
            "filesystem: { read: [/usr/lib, \"${home}/.gitconfig\"], write: [\"${workspace}\"] }\ncommands: { allow: [ls] }",
            settings: settings
        ).plan.user
    }

    @Test func anOrdinaryUserStaysItself() throws {
        let user = try user(1234, asRoot: false)
        #expect(user.outside == 1234)
        #expect(user.exchanged.isEmpty)
    }

    @Test func rootBecomesWhomTheWorkspaceBelongsTo() throws {
        let user = try user(4321)
        #expect(user.outside == 4321)
        #expect(user.outsideGroup == JailPlan.User.nobody, "root's group is root's")
        #expect(user.exchanged == ["/home/me/.gitconfig"])
    }

    @Test func rootsOwnIsExchanged() throws {
        let user = try user(0)
        #expect(user.outside == JailPlan.User.nobody)
        #expect(user.exchanged == ["/home/me/.gitconfig", "/work"])
    }

    /// A folder of the workspace that is a mount of its own belongs to it.
    @Test func whatIsInTheWorkspaceIsExchangedWithIt() throws {
        var machine = ImaginedMachine.debian
        machine.folder("/work/build")
        var settings = PlanSettings()
        settings.user = 0
        let compiled = try machine.compile(
            "filesystem: { write: [\"${workspace}\", /home], execute: [\"${workspace}/build\"] }", settings: settings)
        #expect(compiled.plan.user.exchanged == ["/work", "/work/build"])
    }

    /// A policy that lets a run write everywhere does not make it root.
    @Test func nothingElseThatMayBeWrittenIsExchanged() throws {
        var machine = ImaginedMachine.debian
        machine.folder("/etc")
        var settings = PlanSettings()
        settings.user = 0
        let compiled = try machine.compile("filesystem: { write: [/] }", settings: settings)
        #expect(compiled.rights("/etc")?.contains(.writeFiles) == true)
        #expect(compiled.plan.user.exchanged.filter { $0 != "/work" } == [])
    }
}
