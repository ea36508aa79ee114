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

    static let unified = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"

    @Test(arguments: [
        ("0::/user.slice/a.scope\n", unified, ControlGroups.Version.v2, "/sys/fs/cgroup/user.slice/a.scope"),
        ("0::/\n", unified, .v2, "/sys/fs/cgroup"),
        ("4:memory:/x\n1:name=systemd:/\n", "", .v1, nil),
        ("4:memory:/x\n0::/\n", "30 23 0:27 / /sys/fs/cgroup/unified rw - cgroup2 c rw\n", .hybrid, "/sys/fs/cgroup/unified"),
        // systemd's own hierarchy holds no controller: v2 has them all.
        ("1:name=systemd:/\n0::/a\n", unified, .v2, "/sys/fs/cgroup/a"),
        // v2 in the kernel and mounted nowhere.
        ("0::/a\n", "", .none, nil),
        // A container that sees a part of the hierarchy only.
        ("0::/docker/abc/inner\n", "29 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 c rw\n", .v2, "/sys/fs/cgroup/inner"),
        ("0::/docker/abc\n", "29 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 c rw\n", .v2, "/sys/fs/cgroup"),
        ("0::/docker/abcd\n", "29 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 c rw\n", .v2, "/sys/fs/cgroup/docker/abcd"),
        ("", "", .none, nil), ("garbage\n::\n", "garbage\n", .none, nil),
    ])
    func controlGroupsAreFound(groups: String, mounts: String, version: ControlGroups.Version, folder: String?) {
        let found = ControlGroups.locate(groups: groups, mounts: mounts)
        #expect(found == ControlGroups.Location(version: version, folder: folder))
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
