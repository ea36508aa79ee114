import Confinement
import Sandbox
import Testing

/// What no policy has to name: the files that decide what holds for the next run.
@Suite struct OwnFileTests {
    private static let policy = "filesystem: { read: [/home/me], write: [\"${workspace}\"] }"

    @Test func theConfigurationCannotComeToBe() throws {
        let view = try ImaginedMachine.debian.compile(Self.policy).plan.view
        #expect(view.contains(.reserve(path: "/work/sidecar.yaml", .folder)))
    }

    @Test func whatIsThereCannotBeChanged() throws {
        var machine = ImaginedMachine.debian
        for name in ["sidecar.yaml", "team.yaml", "conf/other.yaml"] { machine.file("/work/\(name)") }
        var settings = PlanSettings()
        settings.ownFiles = [NormalPath("/work/conf/other.yaml"), NormalPath("/work/team.yaml")].compactMap { $0 }
        let view = try machine.compile(Self.policy, settings: settings).plan.view
        for name in ["sidecar.yaml", "team.yaml", "conf/other.yaml"] {
            #expect(view.contains(.protect(path: "/work/\(name)")))
        }
        #expect(view.contains(.pin(path: "/work/conf")))
    }

    @Test func ourFoldersAreNotSeen() throws {
        var machine = ImaginedMachine.debian
        machine.file("/home/me/.local/state/sidecar/audit/1")
        var settings = PlanSettings()
        settings.ownFolders = [NormalPath("/home/me/.local/state/sidecar")].compactMap { $0 }
        let view = try machine.compile(Self.policy, settings: settings).plan.view
        #expect(view.contains(.cover(path: "/home/me/.local/state/sidecar")))
    }

    /// HEAD, objects and refs make a repository of any folder.
    @Test func aFolderWithoutARepositoryDoesNotBecomeOne() throws {
        var machine = ImaginedMachine.debian
        #expect(try machine.compile(Self.policy).plan.view.contains(.reserve(path: "/work/HEAD", .folder)))
        machine.folder("/work/.git")
        #expect(try !machine.compile(Self.policy).plan.view.contains(.reserve(path: "/work/HEAD", .folder)))
    }
}
