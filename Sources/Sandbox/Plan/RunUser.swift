internal import Confinement

extension PolicyCompiler {
    /// Who runs outside of the jail: never root. An ordinary user stays itself. Root becomes whom the workspace belongs to,
    /// or nobody where that is root as well.
    ///
    /// What that user could not use, and root can, is taken up by root: in those mounts root and the user have changed places.
    /// So it is with the workspace, and with what may only be read. Nothing else that may be written: a policy that lets a
    /// run write to /etc does not make it root.
    var user: JailPlan.User {
        var result = JailPlan.User()
        guard settings.user == 0 else {
            result.outside = settings.user
            result.outsideGroup = settings.group
            return result
        }
        if let owner = host.resolve(variables.workspace).flatMap({ host.file($0) }), owner.owner != 0 {
            result.outside = owner.owner
            // Of what root leaves behind, its group is a part.
            if owner.group != 0 { result.outsideGroup = owner.group }
        }
        let files = Array(programs.programs.keys) + Array(programs.libraries.keys)
        let own = [host.resolve(variables.workspace) ?? variables.workspace] + (git?.all ?? [])
        // Folders of the workspace that are mounts of their own belong to it; where it is the whole machine, nothing does.
        func isOwn(_ path: NormalPath) -> Bool { own.contains { path == $0 || ($0 != .root && path.isBeneath($0)) } }
        let sources = trees.mounts.map { ($0.path, $0.access.contains(.write)) } + files.map { ($0, false) }
        let taken = sources.filter { path, isWritten in
            (!isWritten || isOwn(path)) && !canUse(path, writing: isWritten, result)
        }
        result.exchanged = taken.map(\.0.text).sorted()
        return result
    }

    /// By owner, group and mode, on the whole way: what access lists add is not looked at, and costs no more than a mount.
    private func canUse(_ path: NormalPath, writing: Bool, _ user: JailPlan.User) -> Bool {
        var folder = path
        while folder != .root {
            folder = folder.parent
            guard let file = host.file(folder), grants(file, 0o1, user) else { return false }
        }
        guard let file = host.file(path) else { return true }
        let wanted: UInt32 = file.kind == .folder ? 0o5 : 0o4
        return grants(file, writing ? wanted | 0o2 : wanted, user)
    }

    private func grants(_ file: HostFile, _ wanted: UInt32, _ user: JailPlan.User) -> Bool {
        let shift: UInt32 = file.owner == user.outside ? 6 : file.group == user.outsideGroup ? 3 : 0
        return file.mode >> shift & wanted == wanted
    }
}
