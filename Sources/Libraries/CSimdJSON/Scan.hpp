#ifndef CSIMDJSON_SCAN_HPP
#define CSIMDJSON_SCAN_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Searching eight bytes at a time with plain integers: the strings of JSON are short more often than not, and a call
// into a vectorised memchr costs more than it saves there.

namespace csimdjson {

constexpr uint64_t everyByte(uint8_t byte) { return 0x0101010101010101ULL * byte; }

/// The top bit of each byte that is zero is set; bits of bytes above the first such byte may be wrong.
constexpr uint64_t zeroBytes(uint64_t word) { return (word - everyByte(1)) & ~word & everyByte(0x80); }

constexpr uint64_t bytesEqual(uint64_t word, uint8_t byte) { return zeroBytes(word ^ everyByte(byte)); }

inline uint64_t loadWord(const uint8_t *at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

inline unsigned firstByte(uint64_t mask) { return static_cast<unsigned>(__builtin_ctzll(mask)) / 8; }

inline const uint8_t *findBackslashByWords(const uint8_t *at, const uint8_t *end) {
    while (at < end) {
        const uint64_t mask = bytesEqual(loadWord(at), '\\');
        if (mask != 0) {
            at += firstByte(mask);
            return at < end ? at : end;
        }
        at += 8;
    }
    return end;
}

#if defined(__SSE2__)

/// Every processor of this kind has these: most strings are one step.
inline const uint8_t *findBackslashByBlocks(const uint8_t *at, const uint8_t *end) {
    const __m128i backslash = _mm_set1_epi8('\\');
    for (; at < end; at += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(block, backslash));
        if (mask == 0) continue;
        at += __builtin_ctz(static_cast<unsigned>(mask));
        return at < end ? at : end;
    }
    return end;
}

#endif

/// The first backslash in [at, end), or end. Up to fifteen bytes after `end` are read.
inline const uint8_t *findBackslash(const uint8_t *at, const uint8_t *end) {
#if defined(__SSE2__)
    const uint8_t *const found = findBackslashByBlocks(at, end);
#if defined(DEBUG)
    // The tests of a machine that has the one would not see the other.
    if (found != findBackslashByWords(at, end)) std::abort();
#endif
    return found;
#else
    return findBackslashByWords(at, end);
#endif
}

inline bool isDigit(uint8_t byte) { return static_cast<uint8_t>(byte - '0') < 10; }

/// The first byte in [at, end) that is not a digit, or end.
inline const uint8_t *skipDigits(const uint8_t *at, const uint8_t *end) {
    while (end - at >= 8) {
        const uint64_t value = loadWord(at) ^ everyByte('0');  // a digit is below ten now
        const uint64_t others = (((value & everyByte(0x7F)) + everyByte(0x80 - 10)) | value) & everyByte(0x80);
        if (others != 0) return at + firstByte(others);
        at += 8;
    }
    while (at < end && isDigit(*at)) ++at;
    return at;
}

/// Whether a number or a word may end before this byte.
inline bool endsScalar(uint8_t byte) {
    switch (byte) {
    case ' ': case '\t': case '\n': case '\r': case ',': case ':': case ']': case '}': case '[': case '{': return true;
    default: return false;
    }
}

/// The value of a hexadecimal digit, or -1.
inline int hexValue(uint8_t byte) {
    if (isDigit(byte)) return byte - '0';
    const uint8_t lower = byte | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace csimdjson

#endif
