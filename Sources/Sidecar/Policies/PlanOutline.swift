internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// A compiled policy, for people and for programs: what a run of one tool would see on this host.
struct PlanOutline {
    let tool: String
    let compiled: CompiledPolicy
    let workspace: NormalPath

    private struct Mount {
        let path: String
        let access: String
    }

    private var mounts: [Mount] {
        let programs = Set((compiled.programs + compiled.libraries).map(\.path.text))
        return compiled.plan.view.compactMap { step in
            switch step {
            case .bind(_, let target, let restrictions, _) where !programs.contains(target):
                Mount(path: target, access: Self.access(restrictions))
            case .temporary(let path, _, _): Mount(path: path, access: "only what is granted")
            case .protect(let path): Mount(path: path, access: "protected from writing")
            case .provide(let path): Mount(path: path, access: "read, write, execute; made for the run")
            case .cover(let path): Mount(path: path, access: "hidden")
            case .reserve(let path, _): Mount(path: path, access: "kept from coming to be")
            default: nil
            }
        }
            + compiled.plan.freshFolders.map {
                Mount(path: $0.path, access: $0.isExecutable ? "the run's own, execute" : "the run's own")
            }
    }

    private static func access(_ restrictions: MountRestrictions) -> String {
        ["read"].appending(!restrictions.contains(.readOnly), "write").appending(
            !restrictions.contains(.noExecution), "execute"
        ).joined(separator: ", ")
    }

    func text(_ console: any Console) -> String {
        func title(_ text: String) -> String { console.styled(text, .bold, on: .output) }
        var lines = ["\(title("\(tool) in \(workspace)"))", ""]
        let user = compiled.plan.user
        lines.append(
            "user      \(user.outside == ProcessInfo.uid ? "yours" : String(user.outside)) outside, \(user.inside) inside"
        )
        lines.append("network   \(compiled.needsNetwork ? "the hosts of `network.allow`, through a proxy" : "none")")
        lines.append("needs     \(compiled.plan.required.names.joined(separator: ", "))")
        lines += ["", title("Files")]
        let width = mounts.map(\.path.count).max() ?? 0
        lines += mounts.map { "  \($0.path)\(String(repeating: " ", count: width - $0.path.count))  \($0.access)" }
        lines += ["", title("Programs that may run, by themselves"), wrapped(compiled.programs.map(\.path.text))]
        if !compiled.libraries.isEmpty {
            lines += ["", title("Libraries that they map"), wrapped(compiled.libraries.map(\.path.text))]
        }
        lines += ["", title("Environment")]
        lines += compiled.environment.sorted { $0.key < $1.key }.map { "  \($0.key)=\($0.value)" }
        if !compiled.notes.isEmpty {
            lines += ["", title("Notes")]
            lines += compiled.notes.map { "  \($0.place.map { "\($0): " } ?? "")\($0.message)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func wrapped(_ names: [String]) -> String {
        TextLayout.wrap(names.joined(separator: " "), width: TextLayout.width - 2).map { "  \($0)" }.joined(
            separator: "\n")
    }

    func json() -> JSONValue {
        let digests = FileDigests()
        return .members([
            ("tool", .string(tool)), ("workspace", .string(workspace.text)),
            ("user", .int(Int(compiled.plan.user.outside))), ("network", .bool(compiled.needsNetwork)),
            ("require", .array(compiled.plan.required.names.map { .string($0) })),
            (
                "files",
                .array(mounts.map { .members([("path", .string($0.path)), ("access", .string($0.access))]) })
            ),
            ("programs", .array(compiled.programs.map { Self.json($0, digests) })),
            ("libraries", .array(compiled.libraries.map { Self.json($0, digests) })),
            (
                "environment",
                .members(compiled.environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
            ),
            ("filter_bytes", .int(compiled.plan.filter.count)),
            (
                "notes",
                .array(
                    compiled.notes.map { note in
                        .members(
                            [
                                ("kind", .string(note.kind.rawValue)), ("message", .string(note.message)),
                                ("rule", note.rule.map { .string($0) } ?? .null),
                            ] + RulePlace.json(note.place))
                    })
            ),
        ])
    }

    /// With what is in it, which takes as long as reading it.
    private static func json(_ file: PlannedFile, _ digests: FileDigests) -> JSONValue {
        .members([
            ("path", .string(file.path.text)), ("inode", .int(Int(file.file.inode))), ("size", .int(file.file.size)),
            ("sha256", digests.digest(of: file).map { .string("\($0)") } ?? .null),
        ])
    }
}

extension [String] {
    fileprivate func appending(_ condition: Bool, _ element: String) -> [String] { condition ? self + [element] : self }
}
