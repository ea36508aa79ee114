#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

struct ccurl_functions ccurl;

static const char *problem;

static void load(void) {
    // Its interface has been the same since 2006; a function that is missing is told below.
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        problem = dlerror();
        return;
    }
#define CCURL_FIND(name)                              \
    if ((ccurl.name = dlsym(library, #name)) == NULL) { \
        problem = "libcurl.so.4 has no " #name;        \
        return;                                        \
    }
    CCURL_FUNCTIONS(CCURL_FIND)
    if (ccurl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) problem = "libcurl cannot set itself up";
}

const char *ccurl_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return problem;
}
