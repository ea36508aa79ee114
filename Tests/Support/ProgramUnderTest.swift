private import LinuxSystem

/// The `sidecar` that tests start. `SIDECAR_BINARY` names another than the debug build beside the tests: `make test` tries
/// the release build, which is the one that users have, and starts a dozen times as fast.
package enum ProgramUnderTest {
    package static let sidecar: String = {
        if let named = ProcessInfo.environment("SIDECAR_BINARY"), !named.isEmpty { return named }
        let own = (try? File.linkTarget("/proc/self/exe")) ?? ""
        return own[..<(own.lastIndex(of: "/") ?? own.startIndex)] + "/sidecar"
    }()
}
