/// Programs whose work itself leads out of a jail, or would.
enum PowerfulPrograms {
    static let privilege = [String: ProgramTrait](
        (
            "sudo su doas pkexec runuser sudoedit setpriv capsh newgrp sg run0",
            ProgramTrait("runs programs as another user")
        ))

    static let containers = [String: ProgramTrait](
        (
            "docker podman nerdctl ctr crictl buildah",
            ProgramTrait("asks a daemon to run what it names, as whoever that is")
        ),
        ("kubectl helm oc", ProgramTrait("runs programs on other machines")),
        (
            "lxc lxc-start incus machinectl systemd-run systemd-nspawn virsh qemu-system-x86_64",
            ProgramTrait("starts programs in surroundings of their own")
        ),
        (
            "nsenter unshare chroot bwrap firejail runc crun proot fakechroot",
            ProgramTrait("changes what a program sees of the machine")
        ))

    static let network = [String: ProgramTrait](
        ("curl wget wget2 aria2c http https xh lynx w3m links elinks", ProgramTrait("fetches and sends by URL")),
        ("nc ncat netcat socat telnet ftp tftp lftp websocat", ProgramTrait("speaks to any port")),
        ("dig nslookup host drill", ProgramTrait("sends what it is given in names to be looked up")))

    /// They copy where they are told to.
    static let writers = [String: ProgramTrait](
        ("dd", ProgramTrait("writes where it is told to", ["of=x"])),
        ("tee truncate touch", ProgramTrait("writes where it is told to", ["x"])),
        ("cp mv install ln rsync", ProgramTrait("writes where it is told to", ["x", "y"])),
        ("patch", ProgramTrait("writes where its input says", ["-p1"], [])))
}
