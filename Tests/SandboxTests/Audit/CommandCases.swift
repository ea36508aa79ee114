import Sandbox

extension AuditCase {
    static let net = "network: { allow: [\"example.org:443\"] }"
    static let everywhere = "network: { allow: [\"*:443\"] }"

    static let commands: [AuditCase] = [
        AuditCase("exec.interpreter", "commands: { allow: [perl] }", near: "commands: { allow: [ls] }", .low),
        AuditCase(
            "exec.interpreter", "commands: { allow: [python3] }\n\(net)",
            near: "commands: { allow: [\"python3 --version\"] }\n\(net)", .medium),
        AuditCase(
            "exec.interpreter", "commands: { allow: [\"pyth*\"] }\n\(everywhere)",
            near: "commands: { allow: [\"pyth*\"], deny: [\"python*\"] }\n\(everywhere)", .high),
        AuditCase("exec.interpreter", "commands: { allow: [ruby] }\n\(everywhere)", near: "", .low),
        AuditCase(
            "exec.shell_for_tool", "tools: { mcp__a__b: { enabled: true, commands: { allow: [bash] } } }",
            near: "tools: { Bash: { commands: { allow: [bash] } } }", .medium),
        AuditCase(
            "exec.compiler",
            "commands: { allow: [cc] }\n\(net)\nfilesystem: { write: [/work], execute: [/work/build] }",
            near: "commands: { allow: [cat] }\n\(net)", .medium),
        AuditCase("exec.compiler", "commands: { allow: [gcc] }\n\(net)", near: "commands: { allow: [gitk] }", .low),
        AuditCase(
            "exec.package_manager", "commands: { allow: [npm] }\n\(everywhere)",
            near: "commands: { allow: [\"npm run *\"] }\n\(everywhere)", .high),
        AuditCase(
            "exec.spawner", "commands: { allow: [find] }",
            near: "commands: { allow: [{ name: find, deny_args: [-exec, -execdir, -ok, -okdir, -fprintf] }] }", .low),
        AuditCase("exec.spawner", "commands: { allow: [xargs] }", near: "commands: { allow: [ls] }", .medium).asked(
            weakHost),
        AuditCase(
            "exec.archiver", "commands: { allow: [tar] }", near: "commands: { allow: [\"tar -xf *.tar\"] }", .low),
        AuditCase(
            "exec.git_options", "commands: { allow: [git] }", near: "commands: { allow: [\"git status *\"] }", .low),
        AuditCase(
            "exec.git_options", "commands: { allow: [\"git grep *\"] }", near: "commands: { allow: [\"git log *\"] }"),
        AuditCase(
            "exec.stream_editor", "commands: { allow: [sed] }", near: "commands: { allow: [\"sed --version\"] }", .low),
        AuditCase(
            "exec.search_preprocessor", "commands: { allow: [rg] }",
            near:
                "commands: { allow: [{ name: rg, deny_args: [\"--pre*\", \"--hostname-bin*\", -z, \"--search-zip\"] }] }"
        ),
        AuditCase(
            "exec.remote_shell", "commands: { allow: [ssh] }\n\(net)",
            near: "commands: { allow: [ssh], deny: [ssh] }\n\(net)", .medium),
        AuditCase(
            "exec.helper_option", "commands: { allow: [sort] }", near: "commands: { allow: [\"sort -n *.txt\"] }", .low),
        AuditCase(
            "exec.workspace_code", "commands: { allow: [make] }", near: "commands: { allow: [\"make --version\"] }",
            .low),
        AuditCase(
            "exec.privilege", "commands: { allow: [sudo] }", near: "commands: { allow: [sudo], deny: [sudo] }", .high
        )
        .on { $0.programs("sudo") }.nearOn { $0.programs("sudo") },
        AuditCase("exec.container", "commands: { allow: [docker] }", near: "commands: { allow: [date] }", .high)
            .on { $0.programs("docker") },
        AuditCase(
            "exec.network_client", "commands: { allow: [curl] }\n\(everywhere)",
            near: "commands: { allow: [cat] }\n\(everywhere)", .high),
        AuditCase(
            "exec.network_client", "commands: { allow: [curl] }", near: "commands: { allow: [\"curl --version\"] }",
            .low),
        AuditCase(
            "exec.policy_writer", "commands: { allow: [tee] }\nfilesystem: { write: [\"${workspace}\"] }",
            near: "commands: { allow: [tee] }\nfilesystem: { write: [\"${tmp}\"] }", .low),
        AuditCase("exec.link", "commands: { allow: [awk] }", near: "commands: { allow: [python3] }", .low),
        AuditCase(
            "exec.untrusted_folder", "commands: { allow: [/home/me/bin/tool] }",
            near: "commands: { allow: [/usr/bin/ls] }", .medium
        )
        .on { $0.machine.program("/home/me/bin/tool") },
        AuditCase(
            "exec.writable_program", "commands: { allow: [/work/tool] }\nfilesystem: { write: [/work] }",
            near:
                "commands: { allow: [/work/tool] }\nfilesystem: { write: [/work], deny: [{ path: /work/tool, only: write }] }",
            .high
        ).on { $0.machine.program("/work/tool") },
        AuditCase("exec.writable_program", "commands: { allow: [ls] }", .high).on { $0.mode("/usr/bin/ls", 0o777) },
        AuditCase("exec.setuid", "commands: { allow: [mount] }", near: "commands: { allow: [ls] }", .medium),
        AuditCase("exec.missing", "commands: { allow: [nonesuch] }", near: "commands: { allow: [ls] }", .low),
        AuditCase("exec.changed", "commands: { allow: [ls] }", .high)
            .asked {
                $0.baseline = AuditBaseline(parsing: "sidecar policy baseline 1\nrule x\nprogram 1:2:3:4 /usr/bin/ls\n")
            }
            .nearAsked {
                $0.baseline = AuditBaseline(
                    parsing: "sidecar policy baseline 1\nrule x\nprogram 1:2:3:4 /usr/bin/dir\n")
            },
        AuditCase(
            "exec.same_file", "commands: { allow: [\"python3 -m pytest *\", python3.11] }",
            near: "commands: { allow: [\"python3 -m pytest *\", perl] }", .medium),
        AuditCase("exec.libraries", "commands: { allow: [tool] }", near: "commands: { allow: [ls] }", .low)
            .on { $0.machine.program("/usr/bin/tool", needs: ["libgone.so"]) },
        AuditCase("exec.libraries", "commands: { allow: [ls] }", .high)
            .on { $0.mode("/usr/lib/x86_64-linux-gnu/libc.so.6", 0o666) },
        AuditCase("exec.plugin_folder", "commands: { allow: [python3] }", .high)
            .on {
                $0.machine.folder("/usr/lib/python3")
                $0.mode("/usr/lib/python3", 0o777)
            }.nearOn { $0.machine.folder("/usr/lib/python3") },
        AuditCase(
            "commands.wildcard_first", "commands: { allow: [\"git * status\"] }",
            near: "commands: { allow: [\"git status *\"] }", .medium),
        AuditCase(
            "commands.wildcard_first", "commands: { allow: [\"*\"] }\n\(everywhere)",
            near: "commands: { allow: [\"l*\"] }", .high),
        AuditCase(
            "commands.no_boundary", "commands: { allow: [\"npm run build*\"] }",
            near: "commands: { allow: [\"npm run build-*\"] }", .low),
        AuditCase(
            "commands.deny_spelling", "commands: { allow: [git], deny: [\"git push --force\"] }",
            near: "commands: { allow: [git], deny: [\"git push *\"] }", .medium),
        AuditCase(
            "commands.deny_spelling", "commands: { allow: [rm], deny: [\"rm -rf\"] }",
            near: "commands: { allow: [rm], deny: [\"rm *\"] }", .medium),
        AuditCase(
            "commands.deny_spelling", "commands: { allow: [{ name: sed, deny_args: [-i] }] }",
            near: "commands: { allow: [{ name: sed, deny_args: [-i, \"--in-place\"] }] }", .low),
        AuditCase(
            "exec.script_interpreter", "commands: { allow: [tool] }", near: "commands: { allow: [tool, perl] }", .low
        )
        .on { $0.machine.file("/usr/bin/tool", "#!/usr/bin/perl -w\n", executable: true) },
    ]
}
