// libgit2, loaded when it is first needed. C, because a program that is linked to it pays for it and its libraries at every
// start (docs/decisions/022-checkpoints.md), and the types of its functions are best taken from its own header.
#ifndef CGIT2_H
#define CGIT2_H

#include <git2.h>

#define CGIT2_FUNCTIONS(X)        \
    X(git_libgit2_init)           \
    X(git_libgit2_opts)           \
    X(git_error_last)             \
    X(git_repository_init)        \
    X(git_repository_open_bare)   \
    X(git_repository_odb)         \
    X(git_repository_free)        \
    X(git_odb_write)              \
    X(git_odb_free)               \
    X(git_blob_lookup)            \
    X(git_blob_rawcontent)        \
    X(git_blob_rawsize)           \
    X(git_blob_free)              \
    X(git_treebuilder_new)        \
    X(git_treebuilder_insert)     \
    X(git_treebuilder_write)      \
    X(git_treebuilder_free)       \
    X(git_tree_lookup)            \
    X(git_tree_entry_byname)      \
    X(git_tree_entry_id)          \
    X(git_tree_free)              \
    X(git_signature_new)          \
    X(git_signature_free)         \
    X(git_commit_create)          \
    X(git_commit_lookup)          \
    X(git_commit_message_raw)     \
    X(git_commit_tree_id)         \
    X(git_commit_parent_id)       \
    X(git_commit_parentcount)     \
    X(git_commit_free)            \
    X(git_reference_name_to_id)   \
    X(git_reference_create)       \
    X(git_reference_free)         \
    X(git_reference_remove)       \
    X(git_packbuilder_new)        \
    X(git_packbuilder_insert_walk) \
    X(git_packbuilder_write)      \
    X(git_packbuilder_name)       \
    X(git_packbuilder_free)       \
    X(git_revwalk_new)            \
    X(git_revwalk_push)           \
    X(git_revwalk_free)           \
    X(git_repository_open)        \
    X(git_worktree_add)           \
    X(git_worktree_lookup)        \
    X(git_worktree_prune)         \
    X(git_worktree_free)          \
    X(git_status_list_new)        \
    X(git_status_list_entrycount) \
    X(git_status_list_free)

// With the types that the header declares, so that a call is checked as if it were linked.
#define CGIT2_MEMBER(name) __typeof__(name) *name;
struct cgit2 {
    CGIT2_FUNCTIONS(CGIT2_MEMBER)
};

/// Loads it and fills in `git`; not twice, and on one thread. NULL, or what is wrong.
const char *cgit2_load(struct cgit2 *git);

/// The file that is looked for.
extern const char *const cgit2_file;

#endif
