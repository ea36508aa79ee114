internal import Confinement

/// A program that the policy does not grant, by every way to run one; and a binary that lies in the workspace, which the
/// policy lets be read and written, but not run.
extension EscapeCatalog {
    static let programs = byShell + byName + byOthers + fromWorkspace + byKernel + asCode

    private static func foreign(_ id: String, _ title: String, _ text: String) -> EscapeAttempt {
        .shell("exec.\(id)", title, text).unless(.run("{foreign}"))
    }

    private static let byShell: [EscapeAttempt] = [
        foreign("name", "by its name", "{call}"),
        foreign("path", "by its path", "{foreign} {args}"),
        foreign(
            "folder", "by its place in a folder", "cd \"$(dirname {foreign})\" && ./\"$(basename {foreign})\" {args}"),
        foreign("dotdot", "by a path that goes up first", "{ws}/../../../../../../..{foreign} {args}"),
        foreign("proc-root", "below /proc/self/root", "/proc/self/root{foreign} {args}"),
        foreign("proc-cwd", "below /proc/self/cwd", "cd / && /proc/self/cwd{foreign} {args}"),
        foreign("alias", "by an alias", "shopt -s expand_aliases\nalias p={foreign}\np {args}"),
        foreign("function", "by a function of another name", "ls() { {foreign} {args}; }; ls"),
        foreign("variable", "by a variable", "p={foreign}; $p {args}"),
        foreign(
            "pieces", "letter by letter",
            "p={foreign}; q=; while [ -n \"$p\" ]; do q=$q${p:0:1}; p=${p:1}; done; $q {args}"),
        foreign("pattern", "by a pattern that only it fits", "p={foreign}; ${p%?}[${p: -1}] {args}"),
        foreign("quoted", "by a name in pieces of quotes", "p={foreign}; eval \"'${p:0:3}'\\\"${p:3}\\\"\" {args}"),
        foreign(
            "encoded", "by a name in octal numbers",
            "p=$(printf %s {foreign} | while IFS= read -rn1 c; do [ -n \"$c\" ] && printf '\\\\%03o' \"'$c\"; done); p=$(printf \"$p\"); $p {args}"
        ),
        foreign("eval", "by eval", "eval '{call}'"),
        foreign("exec", "by exec under the name of another", "exec -a cat {foreign} {args}"),
        foreign("builtin", "by command and builtin", "builtin command {foreign} {args}"),
        foreign("hash", "by a place that the shell is told", "hash -p {foreign} ls; ls {args}"),
        foreign("path-variable", "by a PATH of one's own", "PATH=$(dirname {foreign}); export PATH; {call}"),
        foreign("substitution", "in a substitution", "echo \"$({call})\""),
        foreign("process-substitution", "in a process substitution", "IFS= read -r line < <({call}); echo \"$line\""),
        foreign("coprocess", "as a coprocess", "coproc p { {call}; }; IFS= read -r line <&\"${p[0]}\"; echo \"$line\""),
        foreign("trap", "when the shell ends", "trap '{call}' EXIT; exit"),
        foreign("background", "as a child of a child in the background", "( ( {call} & wait ) & wait )"),
        foreign("shells", "by a shell in a shell", "bash -c 'bash -c \"{call}\"'"),
        foreign(
            "start-file", "in a file that shells read first",
            "printf '%s\\n' '{call}' > {dir}/rc; BASH_ENV={dir}/rc bash -c :"),
        foreign("arithmetic", "in the index of a variable", "x='a[$({call} >&2)]'; echo $((x))"),
        foreign("open-descriptor", "by a descriptor that is open on it", "exec 9< {foreign}; /proc/self/fd/9 {args}"),
    ]

    private static let byName: [EscapeAttempt] = [
        foreign("loader", "by the loader of programs", "{loader} {foreign} {args}"),
        foreign("loader-name", "by the loader under its other name", "\"$(readlink -f {loader})\" {foreign} {args}")
            .needing("readlink"),
        foreign("link", "by a symbolic link", "ln -s {foreign} {dir}/p; {dir}/p {args}").needing("ln"),
        foreign("hard-link", "by a hard link", "ln {foreign} {dir}/p; {dir}/p {args}").needing("ln").with(
            control: .mayWork),
        foreign("copy", "by a copy in the workspace", "cp {foreign} {dir}/p; chmod 755 {dir}/p; {dir}/p {args}")
            .needing("cp", "chmod"),
        foreign(
            "copy-tmp", "by a copy in /tmp",
            "cp {foreign} /tmp/sidecar-prove-{number}-p; /tmp/sidecar-prove-{number}-p {args}; rm -f /tmp/sidecar-prove-{number}-p"
        ).needing("cp"),
        foreign(
            "copy-shm", "by a copy in /dev/shm",
            "cp {foreign} /dev/shm/sidecar-prove-{number}-p; /dev/shm/sidecar-prove-{number}-p {args}; rm -f /dev/shm/sidecar-prove-{number}-p"
        ).needing("cp").with(control: .mayWork),
        foreign(
            "written", "by a file that the shell writes", "cat {foreign} > {dir}/p; chmod 755 {dir}/p; {dir}/p {args}"
        ).needing("cat", "chmod"),
        foreign(
            "first-line", "by the first line of a script", "printf '{shebang}' > {dir}/p; chmod 755 {dir}/p; {dir}/p"
        ).needing("chmod"),
        foreign(
            "first-line-env", "by a first line that calls env",
            "printf '#!/usr/bin/env bash\\n{call}\\n' > {dir}/p; chmod 755 {dir}/p; {dir}/p"
        ).needing("env", "chmod"),
    ]

    private static let byOthers: [EscapeAttempt] = [
        foreign("env", "by env", "env {call}").needing("env"),
        foreign("env-clean", "by env without an environment", "env -i {foreign} {args}").needing("env"),
        foreign("env-split", "by env, which takes its words apart", "env -S '{call}'").needing("env"),
        foreign("xargs", "by xargs", "printf '%s\\n' '{args}' | xargs {foreign}").needing("xargs"),
        foreign("find", "by find", "find {ws}/plain.txt -exec {call} ';'").needing("find"),
        foreign(
            "find-folder", "by find, in the folder of what it finds",
            "find {ws}/plain.txt -execdir {foreign} {args} ';'"
        ).needing("find"),
        foreign("sed", "by sed", "echo x | sed '1e {call}'").needing("sed"),
        foreign("awk", "by awk", "awk 'BEGIN { system(\"{call}\") }'").needing("awk"),
        foreign("awk-pipe", "by a pipe of awk", "awk 'BEGIN { \"{call}\" | getline line; print line }'").needing("awk"),
        foreign(
            "tar-checkpoint", "by tar's checkpoints",
            "tar cf {dir}/x.tar --checkpoint=1 --checkpoint-action=exec='{call}' plain.txt"
        ).needing("tar"),
        foreign(
            "tar-member", "by tar, for each member",
            "tar cf {dir}/x.tar plain.txt; tar xf {dir}/x.tar --to-command='{call}'"
        ).needing("tar"),
        foreign("tar-filter", "by tar's filter", "tar cf {dir}/x.tar -I '{call}' plain.txt; cat {dir}/x.tar").needing(
            "tar", "cat"),
        foreign("git-alias", "by an alias of git", "git -c alias.x='!{call}' x").needing("git"),
        foreign("git-watcher", "by git's watcher of files", "git -c core.fsmonitor='{call} >&2; :' status").needing(
            "git"),
        foreign(
            "git-pager", "by git's pager",
            "git -c core.pager='{call}' -p --version; git -c core.pager='{call}' -p config -l"
        ).needing("git").with(control: .mayWork),
        foreign(
            "git-ssh", "by git's way to other machines",
            "git -c core.sshCommand='{call} >&2; :' ls-remote ssh://127.0.0.1/x"
        ).needing("git"),
        foreign(
            "git-ext", "by git's helper for any program", "git -c protocol.ext.allow=always ls-remote 'ext::{call}'"
        ).needing("git").with(control: .mayWork),
        foreign("git-editor", "by git's editor", "git -c core.editor='{call} >&2; :' config --edit --file {dir}/c")
            .needing("git"),
        foreign(
            "git-credential", "by git's store of passwords",
            "printf 'protocol=https\\nhost=x\\n\\n' | git -c credential.helper='!{call} >&2; :' credential fill"
        ).needing("git"),
        foreign(
            "sort", "by sort, for its temporary files",
            "printf '%s\\n' '#!/bin/bash' '{call} >&2' > {dir}/z; chmod 755 {dir}/z; seq 400000 | sort -S 1M -T {dir} --compress-program={dir}/z > /dev/null"
        ).needing("sort", "chmod", "seq"),
        foreign("split", "by split's filter", "echo x | split -l 1 --filter='{call}' - {dir}/x").needing("split"),
        foreign("make", "by make", "printf 'all:\\n\\t@{call}\\n' | make -s -f -").needing("make"),
        foreign(
            "compiler", "by a compiler's wrapper",
            "echo 'int a;' > {dir}/a.c; cc -c -o {dir}/a.o -wrapper {foreign},{commas} {dir}/a.c"
        ).needing("cc").with(control: .mayWork),
        foreign("python", "by Python", "python3 -c 'import os; os.system(\"{call}\")'").needing("python3"),
        foreign(
            "python-exec", "by Python's execve", "python3 -c 'import os; os.execv(\"{foreign}\", \"{call}\".split())'"
        ).needing("python3"),
        foreign("node", "by Node", "node -e 'console.log(require(\"child_process\").execSync(\"{call}\").toString())'")
            .needing("node"),
        foreign("nice", "by nice", "nice {call}").needing("nice"),
        foreign("nohup", "by nohup", "nohup {call}").needing("nohup"),
        foreign("timeout", "by timeout", "timeout 5 {call}").needing("timeout"),
        foreign("setsid", "by setsid", "setsid -w {call}").needing("setsid"),
        foreign("stdbuf", "by stdbuf, which loads a library into it", "stdbuf -o0 {call}").needing("stdbuf"),
        foreign("script", "by script, on a terminal of its own", "script -qc '{call}' /dev/null").needing("script"),
        foreign("flock", "by flock", "flock {dir} {call}").needing("flock"),
        foreign("gdb", "by a debugger", "gdb -nx -batch -ex 'shell {call}'").needing("gdb"),
        foreign("rg", "by ripgrep's reader of files", "rg --pre {dir}/pre x plain.txt").needing("rg").with(
            control: .mayWork),
        foreign("less", "by less's reader of files", "LESSOPEN='|{call} %s' less plain.txt").needing("less").with(
            control: .mayWork),
        foreign("openssl", "by a library that openssl loads", "openssl engine -t dynamic -pre SO_PATH:{foreign}")
            .needing("openssl").with(control: .mayWork),
    ]

    private static func planted(_ id: String, _ title: String, _ text: String) -> EscapeAttempt {
        .shell("exec.\(id)", title, text).unless(.run("{planted}"))
    }

    private static let fromWorkspace: [EscapeAttempt] = [
        planted("planted", "a binary of the workspace by its path", "{planted} say"),
        planted("planted-relative", "by its place in a folder", "cd tools && ./planted say"),
        planted("planted-proc", "below /proc/self/root", "/proc/self/root{planted} say"),
        planted("planted-loader", "by the loader of programs", "{loader} {planted} say").held(by: .mountNamespace),
        planted(
            "planted-preload", "by the loader, with itself loaded before", "{loader} --preload {planted} {planted} say"
        ).held(by: .mountNamespace),
        planted("planted-link", "by a link", "ln -s {planted} {dir}/p; {dir}/p say").needing("ln"),
        planted("planted-copy", "by a copy in another folder", "cp {planted} {dir}/p; {dir}/p say").needing("cp")
            .unless(.run("{dir}/p")),
        planted(
            "planted-tmp", "by a copy in /tmp",
            "cp {planted} /tmp/sidecar-prove-{number}-q; /tmp/sidecar-prove-{number}-q say; rm -f /tmp/sidecar-prove-{number}-q"
        ).needing("cp").unless(.run("/tmp/sidecar-prove-{number}-q")),
        planted(
            "planted-first-line", "as the interpreter of a script",
            "printf '#!{planted} say\\n' > {dir}/s; chmod 755 {dir}/s; {dir}/s"
        ).needing("chmod").with(control: .mayWork),
        planted(
            "workspace-script", "a script of the workspace by its path",
            "printf '#!/bin/bash\\necho $((1764*1931))\\n' > {dir}/s; chmod 755 {dir}/s; {dir}/s"
        ).needing("chmod").unless(.run("{dir}/s")),
        planted(
            "compiled", "a program that was compiled just now",
            "printf '#include <stdio.h>\\nint main(void) { return !printf(\"%%d\", 1764 * 1931); }' > {dir}/c.c; cc -o {dir}/c {dir}/c.c && {dir}/c"
        ).needing("cc").unless(.run("{dir}/c")),
        planted(
            "compiled-library", "a library that was compiled just now, loaded before a program that is granted",
            "printf '#include <stdio.h>\\n__attribute__((constructor)) static void f(void) { fprintf(stderr, \"%%d\", 1764 * 1931); }' > {dir}/l.c; cc -shared -fPIC -o {dir}/l.so {dir}/l.c; LD_PRELOAD={dir}/l.so bash -c :"
        ).needing("cc").unless(.run("{dir}/l.so")),
        planted(
            "compiled-audit", "such a library as the loader's auditor",
            "printf '#include <stdio.h>\\nunsigned la_version(unsigned v) { fprintf(stderr, \"%%d\", 1764 * 1931); return v; }' > {dir}/l.c; cc -shared -fPIC -o {dir}/l.so {dir}/l.c; LD_AUDIT={dir}/l.so bash -c :"
        ).needing("cc").unless(.run("{dir}/l.so")),
        planted(
            "compiled-builtin", "such a library as a builtin of the shell",
            "printf '#include <stdio.h>\\n__attribute__((constructor)) static void f(void) { fprintf(stderr, \"%%d\", 1764 * 1931); }' > {dir}/l.c; cc -shared -fPIC -o {dir}/l.so {dir}/l.c; enable -f {dir}/l.so x"
        ).needing("cc").unless(.run("{dir}/l.so")),
    ]

    private static func direct(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("exec.\(id)", title, .probe(words)).by(.marker).unless(.run("{planted}"))
    }

    private static let byKernel: [EscapeAttempt] = [
        direct("call", "the binary of the workspace by execve", "run", "{planted}", "say"),
        direct("call-loader", "by execve of the loader", "run-by-loader", "{loader}", "{planted}", "say").held(
            by: .mountNamespace),
        direct("call-descriptor", "by its descriptor (fexecve)", "run-by-descriptor", "{planted}", "say"),
        direct("call-beneath", "by a name beneath a descriptor", "run-beneath-descriptor", "{planted}", "say"),
        direct("memory", "out of memory, by a descriptor", "run-memory", "{planted}", "say"),
        direct(
            "memory-name", "out of memory, by the name that /proc gives it", "run-memory-by-name", "{planted}", "say"),
        direct(
            "memory-executable", "out of memory that was asked to be executable", "run-memory-executable", "{planted}",
            "say"),
        direct("memory-sealed", "out of memory that was sealed against it", "run-memory-sealed", "{planted}", "say")
            .with(control: .mayWork),
        direct("call-copy", "a copy by execve", "run-copied", "{planted}", "{dir}/p", "say").unless(.run("{dir}/p")),
        direct("call-hard-link", "a hard link by execve", "run-hard-link", "{planted}", "{dir}/p", "say").unless(
            .run("{dir}/p")),
        direct("call-link", "a link by execve", "run-link", "{planted}", "{dir}/p", "say"),
        direct("call-renamed", "renamed, by execve", "run-renamed", "{ws}/tools/other", "{dir}/p", "say").unless(
            .run("{dir}/p")),
        direct("unnamed", "a file without a name", "run-unnamed", "{planted}", "{dir}", "say").with(control: .mayWork),
        direct(
            "memory-foreign", "a program that is not granted, out of memory", "run-memory", "{foreign}", "{word1}",
            "{word2}"
        ).unless(.run("{foreign}")),
        direct("call-foreign", "a program that is not granted, by execve", "run", "{foreign}", "{word1}", "{word2}")
            .unless(.run("{foreign}")),
        direct(
            "descriptor-foreign", "a program that is not granted, by its descriptor", "run-by-descriptor", "{foreign}",
            "{word1}", "{word2}"
        ).unless(.run("{foreign}")),
    ]

    private static func code(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("exec.\(id)", title, .probe(words)).unless(.run("{planted}"))
    }

    private static let asCode: [EscapeAttempt] = [
        code("map", "map its code", "map", "{planted}").held(by: .mountNamespace),
        code("map-shared", "map its code, shared with the file", "map-shared", "{planted}").held(by: .mountNamespace),
        code("map-later", "map it to be read, then make it executable", "map-later", "{planted}").held(
            by: .mountNamespace),
        code("map-personality", "map it where everything readable is executable", "map-by-personality", "{planted}")
            .with(control: .mayWork),
        code("load-library", "load a library of the workspace", "load-library", "{ws}/tools/library.so").held(
            by: .mountNamespace),
        code("old-library", "load it by the call of old programs", "old-library", "{planted}").with(control: .mayWork),
    ]
}
