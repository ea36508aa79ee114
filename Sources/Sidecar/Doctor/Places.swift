/// Where a user's files are, by the XDG base directory specification: a relative path in a variable counts as unset.
package enum Places {
    package static func state(_ environment: [String: String]) -> String? {
        if let base = absolute(environment["XDG_STATE_HOME"]) { return base + "/sidecar" }
        return absolute(environment["HOME"]).map { $0 + "/.local/state/sidecar" }
    }

    package static func configuration(_ environment: [String: String]) -> String? {
        if let base = absolute(environment["XDG_CONFIG_HOME"]) { return base + "/sidecar" }
        return absolute(environment["HOME"]).map { $0 + "/.config/sidecar" }
    }

    /// Where the system lets us put sockets; nil when it does not say.
    package static func runtimeBase(_ environment: [String: String]) -> String? {
        absolute(environment["XDG_RUNTIME_DIR"])
    }

    private static func absolute(_ path: String?) -> String? {
        guard var path, path.hasPrefix("/") else { return nil }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path == "/" ? "" : path
    }
}
