internal import CLinux

package enum Directory {
    package struct Entry: Sendable, Equatable {
        package enum Kind: Sendable { case regular, directory, link, other }
        package let name: String
        /// Of the entry itself: a link is a link.
        package let kind: Kind
    }

    /// What is in it, without `.` and `..`, in no particular order.
    package static func entries(_ path: String) throws(SystemError) -> [String] {
        try listing(path).map(\.name)
    }

    package static func listing(_ path: String) throws(SystemError) -> [Entry] {
        var handle: OpaquePointer?
        try systemCall("opendir", path) { clinux_opendir(path, &handle) }
        guard let handle else { return [] }
        defer { clinux_closedir(handle) }
        var entries: [Entry] = []
        while true {
            var name: UnsafePointer<CChar>?
            var kind: Int32 = 0
            let found = try systemCall("readdir", path) { clinux_readdir(handle, &name, &kind) }
            guard found == 1, let name else { return entries }
            let text = String(cString: name)
            if text == "." || text == ".." { continue }
            entries.append(Entry(name: text, kind: Self.kind(kind) ?? self.kind(of: "\(path)/\(text)")))
        }
    }

    private static func kind(_ raw: Int32) -> Entry.Kind? {
        switch Int(raw) {
        case Int(DT_REG): .regular
        case Int(DT_DIR): .directory
        case Int(DT_LNK): .link
        // Some file systems do not say.
        case Int(DT_UNKNOWN): nil
        default: .other
        }
    }

    private static func kind(of path: String) -> Entry.Kind {
        if (try? File.linkTarget(path)) != nil { return .link }
        switch (try? File.status(path))?.kind {
        case .regular: return .regular
        case .directory: return .directory
        default: return .other
        }
    }
}
