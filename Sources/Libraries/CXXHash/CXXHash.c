#define XXH_INLINE_ALL 1
#include <xxhash.h>

#include "include/CXXHash.h"

cxxhash_state *cxxhash_create(void) {
    XXH3_state_t *state = XXH3_createState();
    if (state != NULL) XXH3_128bits_reset(state);
    return (cxxhash_state *)state;
}

void cxxhash_free(cxxhash_state *state) { XXH3_freeState((XXH3_state_t *)state); }

void cxxhash_update(cxxhash_state *state, const void *bytes, size_t count) {
    XXH3_128bits_update((XXH3_state_t *)state, bytes, count);
}

void cxxhash_digest(const cxxhash_state *state, uint8_t *digest) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest((const XXH3_state_t *)state));
    for (size_t index = 0; index < sizeof canonical.digest; index++) digest[index] = canonical.digest[index];
}
