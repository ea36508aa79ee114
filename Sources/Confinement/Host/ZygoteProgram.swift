package import LinuxSystem

/// The program that becomes a jail.
package struct ZygoteProgram: Sendable {
    package let path: String
    package let arguments: [String]

    package init(path: String, arguments: [String] = []) {
        self.path = path
        self.arguments = arguments
    }

    package static let name = "sidecar-jail"

    /// Beside the running program, where installation puts it.
    package static func besideThisProgram() throws(SystemError) -> ZygoteProgram {
        let own = try File.linkTarget("/proc/self/exe")
        let folder = own.lastIndex(of: "/").map { own[..<$0] } ?? ""
        return ZygoteProgram(path: "\(folder)/\(name)")
    }
}
