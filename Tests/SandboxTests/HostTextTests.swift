import Sandbox
import Testing

@Suite struct HostTextTests {
    @Test func statusOfAnOrdinaryProcessUnderAFilter() {
        let status = ProcessStatus(
            parsing: """
                Name:\tsidecar
                Uid:\t1000\t1001\t1000\t1000
                CapEff:\t0000000000000000
                CapBnd:\t000001ffffffffff
                NoNewPrivs:\t1
                Seccomp:\t2
                Seccomp_filters:\t3
                """)
        #expect(status.effectiveUser == 1001)
        #expect(!status.isRoot && !status.mayAdministrate)
        #expect(status.noNewPrivileges && status.seccompMode == 2 && status.seccompFilters == 3)
        #expect(status.boundingCapabilities == 0x1ff_ffff_ffff)
    }

    @Test func administratorIsBit21() {
        #expect(ProcessStatus(parsing: "CapEff:\t0000000000200000").mayAdministrate)
        #expect(!ProcessStatus(parsing: "CapEff:\t00000000ffdfffff").mayAdministrate)
    }

    @Test(arguments: ["", "Seccomp", "Seccomp:", "Seccomp:\tx\nUid:\t1", "\n\n:::\n", "CapEff: zz"])
    func brokenStatusIsTheDefault(_ text: String) {
        #expect(ProcessStatus(parsing: text) == ProcessStatus())
    }

    struct Groups: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let groups: String
        let mounts: String
        let expected: ControlGroups.Location

        init(
            _ name: String, _ groups: String, _ mounts: String, _ version: ControlGroups.Version,
            _ folder: String? = nil
        ) {
            testDescription = name
            self.groups = groups
            self.mounts = mounts
            expected = ControlGroups.Location(version: version, folder: folder)
        }
    }

    static let unified = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
    static let part = "29 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 c rw\n"

    static let groups: [Groups] = [
        Groups("v2", "0::/user.slice/a.scope\n", unified, .v2, "/sys/fs/cgroup/user.slice/a.scope"),
        Groups("v2, its root", "0::/\n", unified, .v2, "/sys/fs/cgroup"),
        Groups("v1", "4:memory:/x\n1:name=systemd:/\n", "", .v1),
        Groups(
            "hybrid", "4:memory:/x\n0::/\n", "30 23 0:27 / /sys/fs/cgroup/unified rw - cgroup2 c rw\n", .hybrid,
            "/sys/fs/cgroup/unified"),
        Groups("a v1 hierarchy without controllers", "1:name=systemd:/\n0::/a\n", unified, .v2, "/sys/fs/cgroup/a"),
        Groups("v2 mounted nowhere", "0::/a\n", "", .none),
        Groups("a part of the hierarchy", "0::/docker/abc/inner\n", part, .v2, "/sys/fs/cgroup/inner"),
        Groups("a part, its root", "0::/docker/abc\n", part, .v2, "/sys/fs/cgroup"),
        Groups("a namesake of the part", "0::/docker/abcd\n", part, .v2, "/sys/fs/cgroup/docker/abcd"),
        Groups("nothing", "", "", .none),
        Groups("garbage", "garbage\n::\n", "garbage\n", .none),
    ]

    @Test(arguments: groups) func controlGroupsAreFound(_ each: Groups) {
        #expect(ControlGroups.locate(groups: each.groups, mounts: each.mounts) == each.expected)
    }

    @Test func mountsWithAndWithoutOptionalFields() {
        let mounts = MountEntry.all(
            in: """
                36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw
                37 35 0:5 / /proc rw - proc proc rw
                38 broken
                39 35 0:5 / /a rw shared:1 -
                """)
        #expect(
            mounts == [
                MountEntry(root: "/mnt1", point: "/mnt 2", type: "ext3"),
                MountEntry(root: "/", point: "/proc", type: "proc"),
            ])
    }

    @Test func containerByItsMarks() {
        #expect(ContainerEvidence().kind == nil)
        var evidence = ContainerEvidence()
        evidence.rootFileSystem = "ext4"
        #expect(evidence.kind == nil)
        evidence.managerNote = "wsl"
        #expect(evidence.kind == nil)
        evidence.rootFileSystem = "overlay"
        #expect(evidence.kind?.contains("overlay") == true)
        evidence.firstProcessGroups = "0::/kubepods/pod1\n"
        #expect(evidence.kind == "kubepods")
        evidence.managerNote = "systemd-nspawn"
        #expect(evidence.kind == "systemd-nspawn")
        evidence.dockerMark = true
        #expect(evidence.kind == "docker")
        evidence.kubernetes = true
        #expect(evidence.kind == "kubernetes")
    }
}
