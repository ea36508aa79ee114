import Sandbox

extension AuditCase {
    static let paths: [AuditCase] = [
        AuditCase(
            "paths.root_writable", "filesystem: { write: [/] }", near: "filesystem: { write: [/work] }", .critical),
        AuditCase(
            "paths.root_writable", "filesystem: { write: [\"${home}\"] }",
            near: "filesystem: { write: [\"${home}/x\"] }", .critical),
        AuditCase(
            "paths.writable_executable", "filesystem: { write: [/work], execute: [/work] }",
            near: "filesystem: { write: [/work], execute: [/work2] }", .medium),
        AuditCase(
            "paths.writable_executable", "filesystem: { write: [\"${tmp}\"], execute: [\"${tmp}/run/\"] }",
            near: "filesystem: { write: [\"${tmp}\"] }", .low),
        AuditCase(
            "paths.writable_executable",
            "filesystem: { write: [\"${tmp}\"], execute: [\"${tmp}/run/\"] }\nnetwork: { allow: [\"example.org:443\"] }",
            near: "filesystem: { write: [\"${tmp}\"] }", .medium),
        AuditCase(
            "paths.writable_executable", "filesystem: { write: [/work], execute: [/work/build] }\n\(everywhere)",
            near: "filesystem: { read: [/work], execute: [/work/build] }\n\(everywhere)", .medium),
        AuditCase(
            "paths.secrets_readable", "filesystem: { read: [\"${home}\"] }",
            near: "filesystem: { read: [\"${home}/src\", \"${home}/.gitconfig\"] }", .high),
        AuditCase(
            "paths.secrets_readable", "filesystem: { read: [\"${home}/.ssh\"] }\n\(net)",
            near: "filesystem: { read: [\"${home}/.ssh\"], deny: [\"${home}/.ssh\"] }\n\(net)", .critical),
        AuditCase(
            "paths.secrets_readable", "filesystem: { read: [/work] }",
            near: "filesystem: { read: [/work], deny: [\"**/.env\"] }", .medium),
        AuditCase(
            "paths.policy_writable", "filesystem: { write: [/srv/policies] }",
            near: "filesystem: { write: [/srv/policies], deny: [{ path: /srv/policies/p.yaml, only: write }] }", .high),
        AuditCase(
            "paths.policy_writable", "filesystem: { write: [/opt] }", near: "filesystem: { write: [/opt/other] }", .high
        ),
        AuditCase(
            "paths.git_writable", "filesystem: { write: [\"${workspace}\"] }",
            near: "filesystem: { write: [\"${workspace}\"], deny: [{ path: \"${workspace}/.git\", only: write }] }",
            .high),
        AuditCase(
            "paths.git_writable",
            "filesystem: { write: [\"${workspace}\"], deny: [{ path: \"${workspace}/.git/config\", only: write }, { path: \"${workspace}/.git/hooks\", only: write }, { path: \"${workspace}/.git/commondir\", only: write }, { path: \"${workspace}/.git/info\", only: write }, { path: \"${workspace}/.git/modules\", only: write }] }",
            near: "extends: base\nfilesystem: { write: [\"${workspace}\"] }", .low),
        AuditCase(
            "paths.agent_config_writable", "filesystem: { write: [\"${workspace}\"] }",
            near: "filesystem: { write: [\"${workspace}/src\"] }", .high),
        AuditCase("paths.link", "filesystem: { read: [/srv/data] }", near: "filesystem: { read: [/lib] }", .low)
            .on { $0.machine.link("/srv/data", to: "/home/me") },
        AuditCase("paths.link", "filesystem: { read: [/work/data], write: [/work] }", .high)
            .on { $0.machine.link("/work/data", to: "/home/me") },
        AuditCase(
            "paths.prefix", "filesystem: { read: [\"/srv/project*\"] }",
            near: "filesystem: { read: [\"/srv/project/*\"] }", .medium),
        AuditCase("paths.missing", "filesystem: { read: [/opt/none] }", near: "filesystem: { read: [/usr] }", .low),
        AuditCase(
            "paths.glob_escape", "filesystem: { read: [\"**/src\"] }",
            near: "filesystem: { read: [\"${workspace}/**/src\"] }", .high),
        AuditCase(
            "paths.glob_escape", "filesystem: { read: [\"/home/*/src\"] }",
            near: "filesystem: { read: [\"/home/me/*/src\"] }", .high),
        AuditCase(
            "paths.not_enforced", "commands: { allow: [\"tool run *\", perl] }\n\(net)",
            near: "commands: { allow: [tool, perl] }\n\(net)", .medium
        ).on { $0.machine.file("/usr/bin/tool", "#!/usr/bin/perl\n", executable: true) },
        AuditCase("paths.not_enforced", "filesystem: { write: [/work], deny: [/work/.git/config] }", .high).asked(
            weakHost),
        AuditCase("paths.not_enforced", "filesystem: { write: [/work], deny: [/work/data] }", .high)
            .on { $0.machine.link("/work/data", to: "/home/me") },
        AuditCase("paths.deny_movable", "filesystem: { write: [/work], deny: [/work/.git/config] }", .high).asked(
            weakHost),
        AuditCase("paths.search_path_writable", "commands: { allow: [ls] }", .high).on {
            $0.mode("/usr/local/bin", 0o777)
        },
        AuditCase(
            "paths.search_path_writable",
            "filesystem: { write: [/work] }\nenvironment: { set: { PATH: \"/work/bin:/usr/bin\" } }",
            near: "filesystem: { write: [/work] }\nenvironment: { set: { PATH: \"/usr/bin\" } }", .high),
        AuditCase("paths.hard_link", "filesystem: { write: [/work] }", .medium)
            .on { machine in
                machine.machine.file("/work/a", "x")
                machine.details["/work/a"] = HostFileDetails(kind: .file, inode: 99, mode: 0o644, links: 2)
            }
            .nearOn { machine in
                for name in ["/work/a", "/work/b"] {
                    machine.machine.file(name, "x")
                    machine.details[name] = HostFileDetails(kind: .file, inode: 99, mode: 0o644, links: 2)
                }
            },
        AuditCase("paths.file_system", "filesystem: { write: [/work] }", .medium).on { $0.workspaceType = "nfs4" }
            .nearOn { $0.workspaceType = "btrfs" },
        AuditCase(
            "paths.nested_repository", "filesystem: { write: [/work], deny: [/work/.git] }",
            near: "filesystem: { write: [/work], deny: [\"**/.git\"] }", .medium
        ).on { $0.machine.file("/work/lib/.git/config", "x") }.nearOn { $0.machine.file("/work/lib/.git/config", "x") },
        AuditCase("paths.special_file", "filesystem: { read: [/work] }", .low).on {
            $0.special["/work/agent.sock"] = .socket
        },
        AuditCase("paths.special_file", "filesystem: { read: [/work] }", .medium).on {
            $0.special["/work/disk"] = .device
        },
        AuditCase(
            "paths.tool_overlap",
            "filesystem: { execute: [/work/bin] }\ntools: { Write: { filesystem: { write: [/work/bin] } } }",
            near: "filesystem: { execute: [/work/bin] }\ntools: { Write: { filesystem: { write: [/work/src] } } }",
            .medium),
        AuditCase("paths.home_unset", "filesystem: { deny: [\"${home}/.ssh\"] }", .medium).asked {
            $0.homeIsKnown = false
        },
        AuditCase(
            "paths.home_unset", "environment: { set: { PATH: \"bin:/usr/bin\" } }",
            near: "environment: { set: { PATH: \"/bin:/usr/bin\" } }", .medium),
        AuditCase(
            "paths.hidden_characters", "commands: { allow: [\"g\u{456}t\"] }", near: "commands: { allow: [git] }",
            .medium),
        AuditCase("paths.hidden_characters", "filesystem: { read: [/work] }", .low).on {
            $0.machine.file("/work/a\u{202E}b", "x")
        }
        .nearOn { $0.machine.file("/work/é", "x") },
    ]
}
