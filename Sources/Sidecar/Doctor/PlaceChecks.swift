internal import LinuxSystem
package import Sandbox

/// Folders we write to, programs we start, and how many descriptors we may open.
package enum PlaceChecks {
    private static let group = "places"

    package static func findings(environment: [String: String]) -> [Finding] {
        var result: [Finding] = []
        result.append(
            folder(id: "place.state", title: "state", path: Places.state(environment), variable: "XDG_STATE_HOME"))
        result.append(
            folder(
                id: "place.runtime", title: "control socket", path: RuntimeFolder.path(environment),
                variable: "XDG_RUNTIME_DIR"))
        result.append(claude(path: environment["PATH"] ?? ""))
        result.append(descriptors((try? HostProbe.descriptorLimit()) ?? (soft: 0, hard: 0)))
        return result
    }

    // MARK: Folders

    /// Nothing is made here: a folder that is not there yet is judged by the first one above it that is.
    package static func folder(id: String, title: String, path: String?, variable: String) -> Finding {
        guard let path else {
            return Finding(
                id: id, group: group, status: .warn, title: title,
                detail: "no place: neither \(variable) nor HOME is set",
                mend: "export \(variable)=/an/absolute/folder")
        }
        let existing = nearestExisting(path)
        let isFolder = (try? File.status(existing))?.kind == .directory
        if isFolder && HostProbe.isWritable(existing) {
            let note = existing == path ? "" : " (will be made)"
            return Finding(id: id, group: group, status: .ok, title: title, detail: path + note)
        }
        return Finding(
            id: id, group: group, status: .fail, title: title,
            detail: "\(path): \(existing) is \(isFolder ? "not writable for us" : "not a folder")",
            mend: "make it writable, or set \(variable) to a folder that is")
    }

    private static func nearestExisting(_ path: String) -> String {
        var path = path
        while !File.exists(path), let cut = path.lastIndex(of: "/"), cut != path.startIndex {
            path = String(path[..<cut])
        }
        return File.exists(path) ? path : "/"
    }

    // MARK: Claude Code

    /// Found, not run: a doctor starts nobody's programs.
    package static func claude(path: String) -> Finding {
        // An empty part means the current folder, from where we would start nothing by accident.
        let candidates = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/claude" }
        let found = candidates.first { candidate in
            File.isExecutable(candidate) && (try? File.status(candidate))?.kind == .regular
        }
        guard let found else {
            return Finding(
                id: "place.claude", group: group, status: .info, title: "Claude Code",
                detail: "not on PATH; `sidecar code` needs it", mend: "install Claude Code, or add its folder to PATH")
        }
        return Finding(id: "place.claude", group: group, status: .ok, title: "Claude Code", detail: found)
    }

    // MARK: Descriptors

    /// A proxied request takes two, and a kept connection one: enough for some hundred clients.
    package static let descriptorsMin: UInt64 = 1024

    package static func descriptors(_ limit: (soft: UInt64, hard: UInt64)) -> Finding {
        func text(_ value: UInt64) -> String { value == .max ? "unlimited" : String(value) }
        let detail = "\(text(limit.soft)), can be raised to \(text(limit.hard))"
        return limit.soft >= descriptorsMin
            ? Finding(
                id: "place.descriptors", group: group, status: .ok, title: "open files", detail: detail)
            : Finding(
                id: "place.descriptors", group: group, status: .warn, title: "open files", detail: detail,
                mend: "ulimit -n \(min(max(limit.hard, descriptorsMin), 65536))")
    }
}
