/// Where a user's files are, by the XDG base directory specification: a relative path in a variable counts as unset.
package enum Places {
    package static func state(_ environment: [String: String]) -> String? {
        if let base = absolute(environment["XDG_STATE_HOME"]) { return base + "/sidecar" }
        return absolute(environment["HOME"]).map { $0 + "/.local/state/sidecar" }
    }

    /// Beside the state where the system gives no runtime folder.
    package static func runtime(_ environment: [String: String]) -> String? {
        if let base = absolute(environment["XDG_RUNTIME_DIR"]) { return base + "/sidecar" }
        return state(environment)
    }

    private static func absolute(_ path: String?) -> String? {
        guard var path, path.hasPrefix("/") else { return nil }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path == "/" ? "" : path
    }
}
