#include "Escapes.hpp"

#include <cstdlib>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace csimdjson {
namespace {

/// Walks over a text by blocks of 64 bytes. `Finder` tells which of them are backslashes, a bit each.
template <typename Finder>
__attribute__((always_inline)) inline bool areAllSound(const uint8_t *text, const uint8_t *end, Finder backslashes) {
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

#if defined(__x86_64__)

__attribute__((target("avx2"))) bool areSoundByAVX2(const uint8_t *text, const uint8_t *end) {
    return areAllSound(text, end, [](const uint8_t *at) __attribute__((target("avx2"))) {
        const __m256i backslash = _mm256_set1_epi8('\\');
        const __m256i *const parts = reinterpret_cast<const __m256i *>(at);
        const __m256i low = _mm256_cmpeq_epi8(_mm256_loadu_si256(parts), backslash);
        const __m256i high = _mm256_cmpeq_epi8(_mm256_loadu_si256(parts + 1), backslash);
        return static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32
            | static_cast<uint32_t>(_mm256_movemask_epi8(low));
    });
}

#endif

/// Eight bytes at a time, with plain integers.
bool areSoundByWords(const uint8_t *text, const uint8_t *end) {
    return areAllSound(text, end, [](const uint8_t *at) {
        uint64_t mask = 0;
        for (int word = 0; word < 8; ++word) {
            const uint64_t value = loadWord(at + 8 * word) ^ everyByte('\\');
            // Exact for every byte, unlike zeroBytes; then each top bit becomes one bit of eight.
            const uint64_t others = (((value & everyByte(0x7F)) + everyByte(0x7F)) | value) & everyByte(0x80);
            const uint64_t equal = (others ^ everyByte(0x80)) >> 7;
            mask |= (equal * 0x0102040810204080ULL >> 56) << (8 * word);
        }
        return mask;
    });
}

}  // namespace

bool areEscapesSound(const uint8_t *text, const uint8_t *end) {
#if defined(__x86_64__)
    static const bool hasAVX2 = __builtin_cpu_supports("avx2");
    if (hasAVX2) {
        const bool areSound = areSoundByAVX2(text, end);
#if defined(DEBUG)
        // The tests of a machine that has the one would not see the other.
        if (areSound != areSoundByWords(text, end)) std::abort();
#endif
        return areSound;
    }
#endif
    return areSoundByWords(text, end);
}

}  // namespace csimdjson
