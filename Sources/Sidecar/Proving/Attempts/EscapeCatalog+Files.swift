internal import Confinement

extension EscapeCatalog {
    static let files = reading + secrets + linking + changing + races + rights

    private static func read(_ id: String, _ title: String, _ path: String) -> EscapeAttempt {
        .probe("files.\(id)", title, "read", path).by(.secret).unless(.read("{outside}/secret"))
    }

    private static let reading: [EscapeAttempt] = [
        read("read-outside", "read a file beside the workspace by its path", "{outside}/secret"),
        read("read-dotdot", "read it by going up from the workspace", "{ws}/../outside/secret"),
        read(
            "read-dotdot-far", "read it by going up from a folder that everybody may read",
            "/usr/lib/../..{outside}/secret"),
        read("read-doubled", "read it by a path with doubled slashes and dots", "//.{ws}/.//..///outside/./secret"),
        read("read-self-root", "read it below /proc/self/root", "/proc/self/root{outside}/secret"),
        read("read-thread-root", "read it below the root of a thread", "/proc/thread-self/root{outside}/secret"),
        read("read-self-cwd", "read it up from /proc/self/cwd", "/proc/self/cwd/../outside/secret"),
        read("read-first-root", "read it below the root of the jail's first process", "/proc/1/root{outside}/secret")
            .mayWork(),
        read(
            "read-witness-root", "read it below the root of a process of the host", "/proc/{pid}/root{outside}/secret"),
        read("read-witness-cwd", "read it in the folder of a process of the host", "/proc/{pid}/cwd/secret"),
        read("read-witness-descriptor", "read what a process of the host has open", "/proc/{pid}/fd/{fd}"),
        .probe("files.walk-up", "go up sixty-four folders, then down to it", "walk-up", "{outside}/secret")
            .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.reopen", "open only its place, then the descriptor anew through /proc", "reopen", "{outside}/secret"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe("files.by-handle", "open it by the number of the file", "by-handle", "{outside}/secret")
            .by(.secret).mayWork().unless(.read("{outside}/secret")),
        .probe("files.openat2", "open it by the call whose flags a filter cannot see", "openat2", "{outside}/secret")
            .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.from-streams", "start from the standard streams as if they were folders", "from-streams",
            "../../../../../../..{outside}/secret"
        )
        .by(.secret).unsafe("it cannot work where nothing was left open either"),
        .probe(
            "files.second-root", "a root below the folder that one stands in, and up past it", "second-root",
            "{outside}/secret", "{dir}/root"
        )
        .by(.secret).mayWork(),
        .probe("files.descriptors", "look for descriptors that somebody forgot to close", "descriptors").given(.plain)
            .unsafe("what is open there is the control's own"),
        .probe("files.list-outside", "list the folder beside the workspace", "list", "{outside}").unless(
            .read("{outside}")),
        .probe(
            "files.list-above", "list the folder above the workspace, and see its neighbours", "read",
            "{ws}/../outside/secret"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.look-outside", "ask whether a file outside exists, and how long it is", "look", "{outside}/secret"
        )
        .held(by: .mountNamespace).unless(.read("{outside}/secret")),
        .probe("files.list-homes", "list the home folders of this machine", "list", "/home").mayWork().unless(
            .read("/home")),
        .probe("files.list-root-home", "list root's home folder", "list", "/root").mayWork().unless(.read("/root")),
        .probe("files.list-run", "list /run, where sockets of services are", "list", "/run").unless(.read("/run")),
        .probe("files.list-var", "list /var", "list", "/var").unless(.read("/var")),
        .probe("files.read-machine-id", "read the number of this machine", "read", "/etc/machine-id")
            .by(.content("/etc/machine-id")).mayWork().unless(.read("/etc/machine-id")),
        .probe("files.read-host-name", "read the name of this machine", "read", "/etc/hostname")
            .by(.content("/etc/hostname")).mayWork().unless(.read("/etc/hostname")),
        .probe("files.read-shadow", "read the passwords of this machine", "read", "/etc/shadow").mayWork()
            .unless(.read("/etc/shadow")),
        .probe("files.read-resolver", "read which name servers this machine asks", "read", "/etc/resolv.conf")
            .by(.content("/etc/resolv.conf")).mayWork().unless(.read("/etc/resolv.conf")),
    ]

    private static func secret(_ id: String, _ title: String, _ path: String) -> EscapeAttempt {
        .probe("files.\(id)", title, "read", path).by(.secret).unless(.read(path))
    }

    private static let secrets: [EscapeAttempt] = [
        secret("read-env", "read the workspace's .env", "{ws}/.env"),
        secret("read-env-nested", "read the .env of a folder in the workspace", "{ws}/app/.env"),
        secret("read-env-reached", "read .env by way of another folder", "{ws}/app/../.env"),
        .probe("files.rename-env", "rename .env, then read it", "rename-and-read", "{ws}/.env", "{ws}/env-renamed")
            .by(.secret).unless(.read("{ws}/.env")),
        .probe(
            "files.hard-link-env", "make another name for .env, then read that", "hard-link-and-read", "{ws}/.env",
            "{dir}/env"
        )
        .by(.secret).unless(.read("{ws}/.env")),
        .probe("files.link-env", "make a link to .env, then read that", "link-and-read", "{ws}/.env", "{dir}/link")
            .by(.secret).unless(.read("{ws}/.env")),
        .probe(
            "files.rename-env-folder", "rename the folder of a .env, which would lose its protection",
            "rename-folder-and-read", "{ws}/app", "{ws}/app2", "{ws}/app2/.env"
        )
        .by(.secret).unless(.read("{ws}/app/.env")),
        secret("read-ssh-key", "read a private key of ssh", "{home}/.ssh/id_ed25519"),
        secret("read-aws", "read the credentials of a cloud", "{home}/.aws/credentials"),
        secret("read-netrc", "read the passwords of .netrc", "{home}/.netrc"),
        secret("read-agent-token", "read an agent's own token", "{home}/.claude/.credentials.json"),
        secret("read-shell-history", "read the history of the shell", "{home}/.bash_history"),
    ]

    private static let linking: [EscapeAttempt] = [
        .probe(
            "files.link-absolute", "make a link to it, and read through that", "link-and-read", "{outside}/secret",
            "{dir}/link"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.link-relative", "the same with a relative link", "link-and-read", "../../../outside/secret",
            "{dir}/link"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe("files.link-chain", "the same through eight links", "chain-of-links", "{outside}/secret", "{dir}/link")
            .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.link-magic", "the same by a link through /proc/self/root", "link-and-read",
            "/proc/self/root{outside}/secret", "{dir}/link"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        read("link-planted", "read through a link that was there before", "{ws}/planted-link"),
        read(
            "link-planted-folder", "read through a link to a folder that was there before", "{ws}/planted-door/secret"),
        .probe("files.write-link-planted", "write through a link that was there before", "append", "{ws}/planted-write")
            .by(.state).unless(.write("{outside}/target")),
        .probe("files.create-link-planted", "make a file through a link to a folder", "create", "{ws}/planted-door/new")
            .by(.state).unless(.write("{outside}/new")),
        .probe(
            "files.write-link", "make a link to a file outside, and write through it", "write-through-link",
            "{outside}/target", "{dir}/link"
        )
        .by(.state).unless(.write("{outside}/target")),
        .probe(
            "files.hard-link", "make a name in the workspace for a file outside", "hard-link-and-read",
            "{outside}/secret", "{dir}/hard"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe("files.hard-link-planted", "read a file that has a second name outside", "read", "{ws}/planted-hard")
            .by(.secret).unless(.read("{ws}/planted-hard")),
        .probe(
            "files.hard-link-system", "make a name in the workspace for a file of the system", "link-descriptor",
            "/usr/lib/os-release", "{dir}/hard"
        )
        .by(.state).mayWork(),
        .probe("files.fifo-outside", "write into a pipe outside", "append", "{outside}/fifo").unless(
            .write("{outside}/fifo")
        )
        .unsafe("nobody reads it there"),
    ]

    private static func change(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("files.\(id)", title, .probe(words)).by(.state).unless(.write("{outside}/target"))
    }

    /// Files of the machine itself: shown to be open to it, and never changed.
    private static func system(_ id: String, _ title: String, _ path: String, _ kind: String) -> EscapeAttempt {
        .probe("files.\(id)", title, kind, path).mayWork().unless(.write("\(path)/x"))
    }

    private static let changing: [EscapeAttempt] = [
        change("write-outside", "write into a file outside", "append", "{outside}/target"),
        change("create-outside", "make a file outside", "create", "{outside}/new"),
        change("cut-outside", "cut a file outside to nothing", "cut", "{outside}/target"),
        change("remove-outside", "remove a file outside", "remove", "{outside}/target"),
        change("rename-outside", "rename a file outside", "move", "{outside}/target", "{outside}/renamed"),
        change("make-folder-outside", "make a folder outside", "make-folder", "{outside}/folder"),
        change("move-out", "move a file of the workspace out", "move", "{ws}/plain.txt", "{outside}/plain.txt"),
        change("move-in", "move a file from outside in", "move", "{outside}/target", "{dir}/target"),
        change(
            "exchange", "exchange a file of the workspace with one outside", "exchange", "{ws}/plain.txt",
            "{outside}/target"),
        change(
            "replace-outside", "move a file of the workspace over one outside", "replace", "{outside}/target",
            "{dir}/new"),
        change("mode-outside", "change the mode of a file outside", "change-mode", "{outside}/target", "0600"),
        change("owner-outside", "change the owner of a file outside", "change-owner", "{outside}/target"),
        change("times-outside", "change the times of a file outside", "change-times", "{outside}/target"),
        change("attribute-outside", "change an attribute of a file outside", "change-attribute", "{outside}/target")
            .mayWork(),
        change(
            "mode-dotdot", "change the mode by going up from the workspace", "change-mode", "../outside/target", "0600"),
        change(
            "mode-self-root", "change the mode below /proc/self/root", "change-mode", "/proc/self/root{outside}/target",
            "0600"),
        change("beside-workspace", "make a file beside the workspace", "create", "{ws}/../new"),
        change("rename-workspace", "rename the workspace itself", "move", "{ws}", "{ws}-renamed"),
        change("write-home", "write into the home folder", "put", "{home}/.profile"),
        change("authorize-key", "add a key to those that may log in", "put", "{home}/.ssh/authorized_keys"),
        system("write-passwd", "open the list of users for writing", "/etc/passwd", "open-to-write"),
        system("write-settings", "have a file in /etc, as /etc/ld.so.preload would be", "/etc", "unnamed"),
        system("write-library", "have a file among the libraries of the system", "/usr/lib", "unnamed"),
        system("write-program", "have a file among its programs", "/usr/bin", "unnamed"),
        system("write-root", "have a file at the root", "/", "unnamed"),
        system("write-cron", "have a file where cron looks for what to run", "/etc/cron.d", "unnamed"),
        .probe("files.tmp-seen-outside", "leave a file in /tmp for others", "put", "/tmp/sidecar-prove-{number}-mark")
            .by(.state).unless(.write("/tmp/x")),
        .probe(
            "files.shm-seen-outside", "leave a file in /dev/shm for others", "put",
            "/dev/shm/sidecar-prove-{number}-mark"
        )
        .by(.state).unless(.write("/dev/shm/x")),
        .probe("files.tmp-persists", "leave a file in /tmp for the next run", "put", "/tmp/sidecar-prove-{number}-left")
            .given(.thenAgain(["read", "/tmp/sidecar-prove-{number}-left"])).unless(.write("/tmp/x")),
        .probe(
            "files.shm-persists", "leave a file in /dev/shm for the next run", "put",
            "/dev/shm/sidecar-prove-{number}-left"
        )
        .given(.thenAgain(["read", "/dev/shm/sidecar-prove-{number}-left"])).unless(.write("/dev/shm/x")),
    ]

    private static let races: [EscapeAttempt] = [
        .probe(
            "files.race-exchange", "20,000 reads through a folder that changes places with a link", "swapped-link",
            "{dir}", "{outside}", "secret"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.race-rename", "the same, with four renames for an exchange", "renamed-link", "{dir}", "{outside}",
            "secret"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.race-moved-folder", "20,000 ways up from a folder that is moved meanwhile", "moved-folder", "{dir}",
            "{outside}/secret"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        .probe(
            "files.race-write", "20,000 writes to a file that changes places with a link", "swapped-target", "{dir}",
            "{outside}/target"
        )
        .by(.state).unless(.write("{outside}/target")),
    ]

    private static let rights: [EscapeAttempt] = [
        .probe(
            "files.set-user-bit", "give a program of the workspace the set-user bit", "mode-later", "{dir}/p", "04755"),
        .probe("files.set-group-bit", "give it the set-group bit", "mode-later", "{dir}/p", "02755"),
        .probe(
            "files.set-user-at-birth", "make a file that has the set-user bit from the start", "mode-at-birth",
            "{dir}/p", "04755"),
        .probe(
            "files.set-user-by-pointer", "the same by the call whose mode a filter cannot see", "mode-by-pointer",
            "{dir}/p"),
        .probe("files.set-user-by-descriptor", "set the bit by a descriptor", "mode-by-descriptor", "{dir}/p"),
        .probe("files.set-user-newer", "set the bit by the newest of the calls", "mode-newer", "{dir}/p").mayWork(),
        .probe("files.capability", "give a file of the workspace capabilities", "capability", "{dir}/p").mayWork(),
        .probe("files.immutable", "make a file that nobody can remove", "immutable", "{dir}/p").mayWork(),
        .probe("files.block-device", "make a disk's device in the workspace", "node", "{dir}/d", "b").mayWork(),
        .probe("files.character-device", "make a device of the kernel's memory", "node", "{dir}/d", "c").mayWork(),
        .probe("files.loose-mount", "find a file system on which set-user bits count", "loose-mount"),
    ]
}
