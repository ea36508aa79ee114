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

// Asked for a password it says that there is none: the default would ask on the terminal.
static int no_password(char *buffer, int size, int writing, void *context) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

EVP_PKEY *ccrypto_rsa_key(const void *pem, int count) {
    BIO *text = ccrypto.BIO_new_mem_buf(pem, count);
    if (text == NULL) return NULL;
    EVP_PKEY *key = ccrypto.PEM_read_bio_PrivateKey(text, NULL, no_password, NULL);
    ccrypto.BIO_free(text);
    if (key == NULL) ccrypto.ERR_clear_error();
    if (key != NULL && ccrypto.EVP_PKEY_get_id(key) != EVP_PKEY_RSA) {
        ccrypto.EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

size_t ccrypto_rs256(EVP_PKEY *key, const void *bytes, size_t count, unsigned char *signature, size_t room) {
    EVP_MD_CTX *context = ccrypto.EVP_MD_CTX_new();
    size_t written = room;
    bool is_made = context != NULL && ccrypto.EVP_DigestSignInit(context, NULL, ccrypto.EVP_sha256(), NULL, key) == 1 &&
                   ccrypto.EVP_DigestSign(context, signature, &written, bytes, count) == 1;
    ccrypto.EVP_MD_CTX_free(context);
    if (!is_made) ccrypto.ERR_clear_error();
    return is_made ? written : 0;
}
