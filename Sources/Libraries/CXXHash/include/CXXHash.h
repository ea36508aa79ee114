// XXH3-128. C, because the whole library is a C header of macros and vector instructions, which Swift cannot import; it is
// compiled into one file here, and nothing is linked.
#ifndef CXXHASH_H
#define CXXHASH_H

#include <stddef.h>
#include <stdint.h>

/// Opaque: its size and alignment are the library's.
typedef struct cxxhash_state cxxhash_state;

cxxhash_state *cxxhash_create(void);
void cxxhash_free(cxxhash_state *state);
void cxxhash_update(cxxhash_state *state, const void *bytes, size_t count);
/// 16 bytes, the most significant first.
void cxxhash_digest(const cxxhash_state *state, uint8_t *digest);

#endif
