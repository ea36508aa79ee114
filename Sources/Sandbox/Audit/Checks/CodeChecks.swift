/// Programs that run code of the caller's choice.
enum CodeChecks {
    static let all = [interpreter, shellForTool, compiler, packageManager, workspaceCode]

    private static let interpreter = AuditCheck(
        "C01", "exec.interpreter", .medium, "An interpreter is granted",
        why:
            "An interpreter is a full grant of its power inside the jail: it opens files, speaks to hosts and computes "
            + "without starting anything that a command rule could name.",
        fix: "Grant the program that the work needs instead, or the interpreter with fixed arguments, such as "
            + "`python3 -m pytest *`; keep the network empty, and waive the finding if builds need it."
    ) { scene in
        scene.programs(CodePrograms.interpreters, \.scope.containment.codeSeverity)
    }

    private static let shellForTool = AuditCheck(
        "C02", "exec.shell_for_tool", .medium, "A shell is granted to a tool that is none",
        why: "A tool other than Bash that may start a shell runs whole scripts, which nobody reads before.",
        fix: "Take the shell out of the tool's rules; name the programs that it starts."
    ) { scene in
        let servers = scene.runners.filter(ToolName.isOfServer)
        var found: [AuditDraft] = []
        for scope in scene.scopes where scope.tool != "Bash" {
            guard scope.tool != nil || !servers.isEmpty else { continue }
            for rule in scope.own.commands.allow {
                guard case .name(let name) = rule.value.program, name.isLiteral,
                    CodePrograms.shells.contains(name.text)
                else { continue }
                let tools = scope.tool.map { [$0] } ?? servers
                found.append(
                    AuditDraft(
                        rule, "`\(name.text)` may be started by \(tools.joined(separator: ", "))",
                        scope.tool == nil ? .low : nil))
            }
        }
        return found
    }

    private static let compiler = AuditCheck(
        "C03", "exec.compiler", .medium, "A compiler, linker or debugger is granted",
        why:
            "It turns text into machine code that no rule knows. Where a run may execute what it wrote, that code does "
            + "whatever the jail itself does not stop.",
        fix:
            "Keep folders that are written and folders that run apart (`filesystem.execute`), keep the network empty, or "
            + "leave building to a policy of its own, such as `ci`."
    ) { scene in
        let traces = scene.allowsTracing
        return scene.programs(CodePrograms.compilers) { grant in
            let isDebugger = !grant.names(in: CodePrograms.debuggers).isEmpty
            if isDebugger && traces { return max(.medium, grant.scope.containment.codeSeverity) }
            return grant.scope.containment.runsWhatItWrites ? grant.scope.containment.codeSeverity : .low
        }
    }

    private static let packageManager = AuditCheck(
        "C04", "exec.package_manager", .medium, "A package manager is granted",
        why: "Packages bring scripts that run when they are installed, written by people whom nobody here knows.",
        fix: "Install in a step before, without the agent, and grant `npm run *` or the like instead."
    ) { scene in
        scene.programs(CodePrograms.packageManagers, \.scope.containment.codeSeverity)
    }

    private static let workspaceCode = AuditCheck(
        "C12", "exec.workspace_code", .medium, "A program runs what files of the workspace say",
        why:
            "The agent writes those files. A rule on the program's arguments says nothing about the recipe that it runs.",
        fix: "Nothing is wrong with that in a jail without network; with one, let somebody else start the build."
    ) { scene in
        scene.programs(CodePrograms.builders, \.scope.containment.codeSeverity)
    }
}

extension AuditScene {
    /// Whether a process may look into another.
    var allowsTracing: Bool {
        policy.syscalls.profile?.value == .wide || policy.syscalls.allow.contains { $0.value == "ptrace" }
    }
}
