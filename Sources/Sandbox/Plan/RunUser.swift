package import Confinement

/// Who runs outside of the jail: never root.
package enum RunUser {
    /// `user`: who we are. An ordinary user stays itself. Root becomes whom the workspace belongs to; where that is root as
    /// well, nobody, and in `writable` root and nobody change places.
    package static func choose(
        user: UInt32, group: UInt32, workspaceOwner: UInt32, workspaceGroup: UInt32, writable: [NormalPath]
    ) -> JailPlan.User {
        var result = JailPlan.User()
        guard user == 0 else {
            result.outside = user
            result.outsideGroup = group
            return result
        }
        guard workspaceOwner == 0 else {
            result.outside = workspaceOwner
            result.outsideGroup = workspaceGroup
            return result
        }
        result.exchanged = writable.map(\.text)
        return result
    }
}
