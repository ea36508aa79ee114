#ifndef CSIMDJSON_ESCAPES_HPP
#define CSIMDJSON_ESCAPES_HPP

#include "Scan.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace csimdjson {

/// A bit for each of the 64 bytes that is a backslash, the first byte's the lowest.
inline uint64_t backslashes(const uint8_t *at) {
#if defined(__SSE2__)
    const __m128i backslash = _mm_set1_epi8('\\');
    uint64_t mask = 0;
    for (int part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at) + part);
        const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash));
        mask |= static_cast<uint64_t>(static_cast<uint16_t>(equal)) << (16 * part);
    }
    return mask;
#else
    uint64_t mask = 0;
    for (int i = 0; i < 64; ++i) mask |= static_cast<uint64_t>(at[i] == '\\') << i;
    return mask;
#endif
}

/// Where the escape at the backslash `at` ends, or null if it is none. Up to five bytes after the backslash are read.
inline const uint8_t *endOfEscape(const uint8_t *at) {
    switch (at[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return at + 2;
    case 'u':
        for (int i = 2; i < 6; ++i) {
            if (hexValue(at[i]) < 0) return nullptr;
        }
        return at + 6;
    default: return nullptr;
    }
}

/// Whether each backslash begins an escape. In a text whose tokens are sound a backslash stands in a string only, so
/// that the strings need not be looked for. CSIMDJSON_PADDING bytes after `end` are read.
inline bool areEscapesSound(const uint8_t *text, const uint8_t *end) {
    const uint8_t *sound = text;  // up to here
    for (const uint8_t *block = text; block < end; block += 64) {
        for (uint64_t mask = backslashes(block); mask != 0; mask &= mask - 1) {
            const uint8_t *const at = block + __builtin_ctzll(mask);
            if (at < sound) continue;  // the second of two
            if (at >= end) return true;
            sound = endOfEscape(at);
            if (sound == nullptr || sound > end) return false;
        }
    }
    return true;
}

}  // namespace csimdjson

#endif
