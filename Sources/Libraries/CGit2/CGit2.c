#include "include/CGit2.h"

#include <dlfcn.h>
#include <stddef.h>

// The version whose header the types are from: another one may have other structures.
const char *const cgit2_file = "libgit2.so." LIBGIT2_SOVERSION;

const char *cgit2_load(struct cgit2 *git) {
    void *library = dlopen(cgit2_file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return dlerror();
#define CGIT2_FIND(name)                                   \
    git->name = (__typeof__(git->name))dlsym(library, #name); \
    if (git->name == NULL) return dlerror();
    CGIT2_FUNCTIONS(CGIT2_FIND)
    if (git->git_libgit2_init() < 0) return "it does not start";
    // What somebody's own git is configured to do has no say here.
    for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA; level <= GIT_CONFIG_LEVEL_GLOBAL; level++) {
        git->git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    return NULL;
}
