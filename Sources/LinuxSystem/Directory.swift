internal import CLinux

package enum Directory {
    /// What is in it, without `.` and `..`, in no particular order.
    package static func entries(_ path: String) throws(SystemError) -> [String] {
        var handle: OpaquePointer?
        try systemCall("opendir", path) { clinux_opendir(path, &handle) }
        guard let handle else { return [] }
        defer { clinux_closedir(handle) }
        var names: [String] = []
        while true {
            var name: UnsafePointer<CChar>?
            let found = try systemCall("readdir", path) { clinux_readdir(handle, &name) }
            guard found == 1, let name else { return names }
            let text = String(cString: name)
            if text != "." && text != ".." { names.append(text) }
        }
    }
}
