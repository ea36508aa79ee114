internal import CGit2
internal import Digest
internal import LinuxSystem

/// A working tree of git for an agent, on a branch of its own, in the repository of the workspace: by libgit2, which runs neither hooks
/// nor filters of the repository. All of it blocks.
package struct Worktree: Sendable {
    package let path: String
    package let branch: String
    private let workspace: String
    private let start: CheckpointStore.Object

    /// From what the workspace has checked out; what is not committed there stays there.
    package static func make(
        _ name: String, of workspace: String, stateFolder: String
    ) throws(CheckpointError) -> Worktree {
        let git = try GitLibrary.load()
        let repository = try open(workspace, git)
        defer { git.functions.git_repository_free(repository) }
        let start = try head(repository, git, "there is no commit yet that a worktree could begin with")
        // Beside it: what is in our own folder no jail shows.
        let folder = "\(stateFolder)-worktrees"
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(folder)
        } catch {
            throw CheckpointError(message: "the folder \(folder) cannot be used: \(error)")
        }
        let made = Worktree(path: "\(folder)/\(name)", branch: "sidecar-\(name)", workspace: workspace, start: start)
        var worktree: OpaquePointer?
        try git.check(
            git.functions.git_worktree_add(&worktree, repository, made.branch, made.path, nil),
            "a worktree in \(made.path) cannot be made")
        git.functions.git_worktree_free(worktree)
        return made
    }

    /// Files are different from the commit that it began with, or there are others, or commits.
    package func isChanged() throws(CheckpointError) -> Bool {
        let git = try GitLibrary.load()
        let repository = try Self.open(path, git)
        defer { git.functions.git_repository_free(repository) }
        if try Self.head(repository, git, "its branch is gone") != start { return true }
        var options = git_status_options()
        options.version = UInt32(GIT_STATUS_OPTIONS_VERSION)
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue
        var list: OpaquePointer?
        try git.check(git.functions.git_status_list_new(&list, repository, &options), "\(path) cannot be looked at")
        defer { git.functions.git_status_list_free(list) }
        return git.functions.git_status_list_entrycount(list) > 0
    }

    /// With its branch.
    package func remove() throws(CheckpointError) {
        let git = try GitLibrary.load()
        let repository = try Self.open(workspace, git)
        defer { git.functions.git_repository_free(repository) }
        var worktree: OpaquePointer?
        try git.check(
            git.functions.git_worktree_lookup(&worktree, repository, branch), "\(path) is no worktree any more")
        defer { git.functions.git_worktree_free(worktree) }
        var options = git_worktree_prune_options()
        options.version = UInt32(GIT_WORKTREE_PRUNE_OPTIONS_VERSION)
        options.flags = GIT_WORKTREE_PRUNE_VALID.rawValue | GIT_WORKTREE_PRUNE_WORKING_TREE.rawValue
        try git.check(git.functions.git_worktree_prune(worktree, &options), "\(path) cannot be removed")
        try git.check(
            git.functions.git_reference_remove(repository, "refs/heads/\(branch)"), "\(branch) cannot be removed")
    }

    private static func open(_ folder: String, _ git: GitLibrary) throws(CheckpointError) -> OpaquePointer {
        var repository: OpaquePointer?
        try git.check(
            git.functions.git_repository_open(&repository, folder), "\(folder) is not the top of a git repository")
        guard let repository else { throw CheckpointError(message: "\(folder) is not the top of a git repository") }
        return repository
    }

    private static func head(
        _ repository: OpaquePointer, _ git: GitLibrary, _ missing: String
    ) throws(CheckpointError) -> CheckpointStore.Object {
        var object = CheckpointStore.Object()
        try git.check(git.functions.git_reference_name_to_id(&object.id, repository, "HEAD"), missing)
        return object
    }
}
