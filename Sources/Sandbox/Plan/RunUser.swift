internal import Confinement

extension PolicyCompiler {
    /// Who runs outside of the jail: never root. An ordinary user stays itself. Root becomes whom the workspace belongs to;
    /// where that is root as well, nobody, and in what may be written root and nobody change places.
    var user: JailPlan.User {
        var result = JailPlan.User()
        let workspace = host.resolve(variables.workspace).flatMap { host.file($0) }
        if settings.user != 0 {
            result.outside = settings.user
            result.outsideGroup = settings.group
        } else if let workspace, workspace.owner != 0 {
            result.outside = workspace.owner
            result.outsideGroup = workspace.group
        } else {
            // The workspace and git's data of it, and nothing else that may be written: not /etc, whatever a policy says.
            let own = [host.resolve(variables.workspace) ?? variables.workspace] + (git?.all ?? [])
            result.exchanged = trees.writable.filter { own.contains($0) }.map(\.text)
        }
        return result
    }
}
