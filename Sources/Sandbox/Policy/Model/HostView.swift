internal import LinuxSystem

/// What decisions ask about the host. The real one in the program, an imagined one in tests and in `policy test`, so
/// that a policy's truth table does not depend on the machine.
package protocol HostView: Sendable {
    /// Where a symbolic link leads; nil for what is none, or is missing.
    func linkTarget(_ path: NormalPath) -> String?
    /// What there is, links followed; nil for what is missing.
    func kind(_ path: NormalPath) -> HostFileKind?
    func isExecutable(_ path: NormalPath) -> Bool
    /// false where no path leads anywhere else, which saves looking.
    var hasLinks: Bool { get }
}

package enum HostFileKind: Sendable, Equatable { case file, folder, other }

extension HostView {
    package var hasLinks: Bool { true }

    /// As many as Linux follows (path_resolution(7)).
    private var linksMax: Int { 40 }

    /// Where a path leads once each link in it is followed, as the kernel would: `..` goes up from where a link has led.
    /// What is missing is taken as it is written. nil for a circle of links, and for what is no absolute path.
    /// `passing` is told of each link and where it leads.
    package func resolve(_ text: String, passing: (NormalPath, String) -> Void = { _, _ in }) -> NormalPath? {
        guard text.hasPrefix("/"), !text.utf8.contains(0) else { return nil }
        var pending = Array(text.split(separator: "/").map(String.init).reversed())
        var path = NormalPath.root
        var links = 0
        while let part = pending.popLast() {
            switch part {
            case ".": continue
            case "..": path = path.parent
            default:
                let next = path.appending([part])
                guard let target = linkTarget(next) else {
                    path = next
                    continue
                }
                links += 1
                guard links <= linksMax else { return nil }
                passing(next, target)
                if target.hasPrefix("/") { path = .root }
                pending += target.split(separator: "/").map(String.init).reversed()
            }
        }
        return path
    }

    package func resolve(
        _ path: NormalPath, passing: (NormalPath, String) -> Void = { _, _ in }
    ) -> NormalPath? { resolve(path.text, passing: passing) }

    /// The program that a name leads to, along the folders that a jail's PATH has.
    package func program(named name: String) -> NormalPath? {
        TrustedFolders.all.lazy.map { $0.appending([name]) }.first { kind($0) == .file && isExecutable($0) }
    }
}

/// Where programs come from that are called by their names. Never a folder that a run can write to.
package enum TrustedFolders {
    package static let texts = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"]
    package static let all = texts.compactMap { NormalPath($0) }
}

/// This machine.
package struct SystemHost: HostView {
    package init() {}

    package func linkTarget(_ path: NormalPath) -> String? { try? File.linkTarget(path.text) }

    package func kind(_ path: NormalPath) -> HostFileKind? {
        switch (try? File.status(path.text))?.kind {
        case .regular: .file
        case .directory: .folder
        case .other: .other
        case nil: nil
        }
    }

    package func isExecutable(_ path: NormalPath) -> Bool { File.isExecutable(path.text) }
}

/// A machine without links, of which nothing is known: what a policy says by itself.
package struct BareHost: HostView {
    package init() {}
    package var hasLinks: Bool { false }
    package func linkTarget(_ path: NormalPath) -> String? { nil }
    package func kind(_ path: NormalPath) -> HostFileKind? { nil }
    package func isExecutable(_ path: NormalPath) -> Bool { false }
}
