internal import Glibc

package enum Directory {
    /// The names in a folder, in no order, without `.` and `..`.
    package static func entries(_ path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else { throw SystemError(call: "opendir", code: errno, subject: path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
