internal import Digest
package import LinuxSystem

/// Where long outputs are kept, for Read to page through: a folder of our own for each workspace, outside of it, which the
/// jails of that workspace may read and nobody may write. Old ones go when new ones come.
package struct OutputFiles: Sendable {
    package let folder: String

    /// Who has not looked for so long does not come back.
    private static let daysMax = 7

    package init(stateFolder: String, workspace: String) {
        folder = "\(stateFolder)/outputs/\(SHA256(of: workspace).description.prefix(16))"
    }

    /// Before the jail is made, which shows what is there.
    package func prepare() throws(SystemError) {
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(folder)
        } catch {
            switch error {
            case .failed(let problem): throw problem
            case .notAFolder: throw SystemError(call: "mkdir", code: SystemError.notADirectory, subject: folder)
            case .ownedBy: throw SystemError(call: "mkdir", code: SystemError.notPermitted, subject: folder)
            }
        }
        tidy()
    }

    private func tidy() {
        let now = WallClock.nanosecondsSince1970() / 1_000_000_000
        for name in (try? Directory.entries(folder)) ?? [] where name.hasSuffix(".txt") {
            let path = "\(folder)/\(name)"
            guard let changed = try? File.status(path).identity.modifiedSeconds else { continue }
            if Int(now) - changed > Self.daysMax * 86_400 { try? File.remove(path) }
        }
    }

    /// A new file and its path. `name`: what programs call it, too.
    func make(_ name: String = OutputFiles.freshName()) throws(SystemError) -> (path: String, file: OwnedDescriptor) {
        let path = "\(folder)/\(name).txt"
        return (path, OwnedDescriptor(try Descriptor.open(path, [.writeOnly, .create, .exclusive, .noFollow])))
    }

    static func freshName() -> String {
        let number = String(UInt32.random(in: .min...(.max)), radix: 16)
        return String(repeating: "0", count: 8 - number.count) + number
    }
}
