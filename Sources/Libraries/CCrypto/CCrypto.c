#include "CCrypto.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

struct ccrypto_functions ccrypto;

static const char *problem;

static void load(void) {
    // The number is that of the headers it was built with: what is passed to it has their layout.
#if OPENSSL_VERSION_MAJOR != 3
#error "the name of the library belongs to OpenSSL 3"
#endif
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        problem = dlerror();
        return;
    }
#define CCRYPTO_FIND(name)                                 \
    if ((ccrypto.name = dlsym(library, #name)) == NULL) { \
        problem = "libcrypto.so.3 has no " #name;         \
        return;                                           \
    }
    CCRYPTO_FUNCTIONS(CCRYPTO_FIND)
}

const char *ccrypto_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return problem;
}
