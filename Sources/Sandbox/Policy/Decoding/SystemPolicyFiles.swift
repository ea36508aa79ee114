internal import LinuxSystem
package import YAML

package struct SystemPolicyFiles: PolicyFiles {
    package init() {}

    /// YAML.parse refuses more; reading one byte over it is enough to know.
    private static let bytesMax = 1 << 20

    package func read(_ path: String) throws(SettingsError) -> [UInt8] {
        do throws(SystemError) {
            return try File.read(path, limit: Self.bytesMax)
        } catch {
            let isBareName = !path.contains("/") && !path.contains(".")
            let known = isBareName ? "; built in are \(ShippedPolicies.names.joined(separator: ", "))" : ""
            let hint = path.contains("/") ? "" : NearestName.hint(for: path, among: ShippedPolicies.names)
            throw SettingsError([
                SettingsProblem(
                    place: .wholeFile(path), key: "",
                    message: "the policy cannot be read: \(error.reason)\(hint.isEmpty ? known : hint)")
            ])
        }
    }
}
