import Confinement
import Sandbox
import Testing

@Suite struct ProtectionTests {
    private let rules = """
        filesystem:
          write: ["${workspace}"]
          deny:
            - { path: "${workspace}/.git/hooks", only: write }
            - { path: "${workspace}/.git/config", only: write }
            - { path: "${workspace}/.git/commondir", only: write }
            - { path: "${workspace}/.mcp.json", only: write }
            - "**/.env"
        """

    private func protections(_ machine: ImaginedMachine, _ rules: String? = nil) throws -> [ViewStep] {
        try machine.compile(rules ?? self.rules).plan.view.filter {
            switch $0 {
            case .reserve("/work/sidecar.yaml", _), .reserve("/work/HEAD", _): false  // OwnFileTests
            case .pin, .protect, .cover, .reserve: true
            default: false
            }
        }
    }

    @Test func aRepository() throws {
        var machine = ImaginedMachine.debian
        machine.folder("/work/.git/hooks")
        machine.file("/work/.git/config")
        machine.file("/work/.env")
        machine.file("/work/app/.env")
        #expect(
            try protections(machine)
                == [
                    .cover(path: "/work/.env"), .pin(path: "/work/.git"),
                    .reserve(path: "/work/.mcp.json", .folder),
                    .reserve(path: "/work/.git/commondir", .file(bytes: Array(".\n".utf8))),
                    .protect(path: "/work/.git/config"), .protect(path: "/work/.git/hooks"),
                    .cover(path: "/work/app/.env"),
                ].sortedLikeAPlan(with: [.pin(path: "/work/app")]))
    }

    /// Nothing can come to be in what cannot come to be.
    @Test func noRepositoryYet() throws {
        #expect(
            try protections(.debian) == [
                .reserve(path: "/work/.env", .folder), .reserve(path: "/work/.git", .folder),
                .reserve(path: "/work/.mcp.json", .folder),
            ])
    }

    /// What is built into is emptied by the next build, and must not hold anything of ours.
    @Test func onlyTheOutermostFolderKeepsANameFree() throws {
        let rules = "filesystem: { write: [\"${workspace}\"], execute: [\"${workspace}/build/\"], deny: [\"**/.env\"] }"
        #expect(try protections(.debian, rules) == [.reserve(path: "/work/.env", .folder)])
    }

    @Test func aLinkCannotBeProtected() throws {
        var machine = ImaginedMachine.debian
        machine.link("/work/.mcp.json", to: "elsewhere.json")
        #expect(throws: PlanError.self) { try protections(machine) }
        let error = #expect(throws: PlanError.self) { try machine.compile(rules) }
        #expect(error?.place?.line == 8)
        #expect(error?.message.contains("symbolic link") == true)
    }

    @Test func whatIsNotGrantedNeedsNoProtection() throws {
        #expect(try protections(.debian, "filesystem: { read: [/usr], deny: [\"${home}/.ssh\", /etc] }") == [])
    }

    @Test func readableSecretsAreCovered() throws {
        var machine = ImaginedMachine.debian
        machine.file("/home/me/.ssh/id")
        #expect(
            try protections(machine, "filesystem: { read: [\"${home}\"], deny: [\"${home}/.ssh\"] }")
                == [.cover(path: "/home/me/.ssh")])
    }

    @Test func aWorktreesDataArePartOfIt() throws {
        var machine = ImaginedMachine.debian
        machine.file("/work/.git", "gitdir: /repo/.git/worktrees/w\n")
        machine.file("/repo/.git/worktrees/w/gitdir", "/work/.git\n")
        machine.file("/repo/.git/worktrees/w/commondir", "../..\n")
        machine.folder("/repo/.git/objects")
        machine.file("/repo/.git/config")
        machine.folder("/repo/.git/hooks")
        machine.folder("/repo/.git/worktrees/other")
        let compiled = try machine.compile(
            rules + "\n    - { path: \"${workspace}/.git/worktrees\", only: write }")
        #expect(compiled.plan.view.contains(.protect(path: "/work/.git")))
        #expect(compiled.plan.view.contains(.protect(path: "/repo/.git/worktrees/other")))
        #expect(!compiled.plan.view.contains(.protect(path: "/repo/.git/worktrees")))
        #expect(compiled.mount("/repo/.git") == .writable)
        #expect(compiled.notes.map(\.kind) == [.git])
        #expect(compiled.plan.view.contains(.protect(path: "/repo/.git/config")))
        #expect(compiled.plan.view.contains(.protect(path: "/repo/.git/hooks")))
        #expect(compiled.plan.view.contains(.protect(path: "/repo/.git/worktrees/w/commondir")))
        #expect(compiled.plan.view.contains(.pin(path: "/repo/.git/worktrees/w")))
    }

    /// A file in the workspace says where to go: it is believed only when the other end says so too.
    @Test func aForgedWorktreeIsNotBelieved() throws {
        var machine = ImaginedMachine.debian
        machine.file("/work/.git", "gitdir: /home/me/.ssh\n")
        machine.file("/home/me/.ssh/id")
        #expect(try machine.compile(rules).mount("/home/me/.ssh") == nil)
        // Nor may anybody put a folder in its place.
        #expect(try machine.compile(rules).plan.view.contains(.protect(path: "/work/.git")))
        machine.file("/work/.git", "gitdir: /repo/.git/worktrees/w\n")
        machine.file("/repo/.git/worktrees/w/gitdir", "/other/.git\n")
        machine.file("/repo/.git/worktrees/w/commondir", "../..\n")
        machine.folder("/repo/.git/objects")
        #expect(try machine.compile(rules).mount("/repo/.git") == nil)
    }
}

extension [ViewStep] {
    /// With more of them, in a plan's order: by depth, then by name.
    fileprivate func sortedLikeAPlan(with more: [ViewStep]) -> [ViewStep] {
        func path(_ step: ViewStep) -> String {
            switch step {
            case .pin(let path), .protect(let path), .cover(let path), .reserve(let path, _): path
            default: ""
            }
        }
        return (self + more).sorted {
            let (left, right) = (path($0), path($1))
            let (depth, other) = (left.split(separator: "/").count, right.split(separator: "/").count)
            return depth == other ? left < right : depth < other
        }
    }
}
