// Why this is C: libcrypto is loaded for the first digest, and most commands make none; its tables cost an idle server 3 MB. What
// is used of it, under names of our own, lest it be taken for the library.
#ifndef CCRYPTO_H
#define CCRYPTO_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdbool.h>

#define CCRYPTO_FUNCTIONS(each) \
    each(BIO_free) \
    each(BIO_new_mem_buf) \
    each(ERR_clear_error) \
    each(EVP_DigestFinal_ex) \
    each(EVP_DigestInit_ex) \
    each(EVP_DigestSign) \
    each(EVP_DigestSignInit) \
    each(EVP_DigestUpdate) \
    each(EVP_MD_CTX_free) \
    each(EVP_MD_CTX_new) \
    each(EVP_PKEY_free) \
    each(EVP_PKEY_get_id) \
    each(EVP_sha256) \
    each(PEM_read_bio_PrivateKey)

#define CCRYPTO_MEMBER(name) __typeof__(&name) name;
struct ccrypto_functions { CCRYPTO_FUNCTIONS(CCRYPTO_MEMBER) };
extern struct ccrypto_functions ccrypto;

// Loads it, once, from whichever thread comes first. Null, or why it cannot be had; nothing below may be called then.
const char *ccrypto_load(void);

// Null for want of memory, or where there is no SHA-256.
static inline EVP_MD_CTX *ccrypto_sha256_begin(void) {
    EVP_MD_CTX *context = ccrypto.EVP_MD_CTX_new();
    if (context != NULL && ccrypto.EVP_DigestInit_ex(context, ccrypto.EVP_sha256(), NULL) == 1) return context;
    ccrypto.EVP_MD_CTX_free(context);
    return NULL;
}
static inline void ccrypto_update(EVP_MD_CTX *context, const void *bytes, size_t count) {
    ccrypto.EVP_DigestUpdate(context, bytes, count);
}
static inline void ccrypto_finish(EVP_MD_CTX *context, unsigned char *digest) {
    ccrypto.EVP_DigestFinal_ex(context, digest, NULL);
}
static inline void ccrypto_free(EVP_MD_CTX *context) { ccrypto.EVP_MD_CTX_free(context); }

// An RSA key written as PEM; null for anything else, keys with a password among them.
EVP_PKEY *ccrypto_rsa_key(const void *pem, int count);
static inline void ccrypto_free_key(EVP_PKEY *key) { ccrypto.EVP_PKEY_free(key); }

// The signature by RSASSA-PKCS1-v1_5 over SHA-256; how long it is, or 0 where it cannot be made or is longer than `room`.
size_t ccrypto_rs256(EVP_PKEY *key, const void *bytes, size_t count, unsigned char *signature, size_t room);

#endif
