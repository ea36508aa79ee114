#include "CSimdJSON.h"
#include "Number.hpp"
#include "Scan.hpp"

#include <charconv>
#include <system_error>

namespace csimdjson {
namespace {

constexpr uint32_t replacementCharacter = 0xFFFD;

/// No bytes may come without an address, which memcmp does not take.
bool equalBytes(const uint8_t *left, const uint8_t *right, size_t length) {
    return length == 0 || std::memcmp(left, right, length) == 0;
}

uint32_t fourHexDigits(const uint8_t *at) {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 4 | static_cast<uint32_t>(hexValue(at[i]) & 15);
    return value;
}

uint8_t simpleEscape(uint8_t letter) {
    switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter;  // quote, backslash, slash
    }
}

size_t encode(uint32_t scalar, uint8_t *to) {
    if (scalar < 0x80) {
        to[0] = static_cast<uint8_t>(scalar);
        return 1;
    }
    if (scalar < 0x800) {
        to[0] = static_cast<uint8_t>(0xC0 | scalar >> 6);
        to[1] = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (scalar < 0x10000) {
        to[0] = static_cast<uint8_t>(0xE0 | scalar >> 12);
        to[1] = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
        to[2] = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
        return 3;
    }
    to[0] = static_cast<uint8_t>(0xF0 | scalar >> 18);
    to[1] = static_cast<uint8_t>(0x80 | (scalar >> 12 & 0x3F));
    to[2] = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
    to[3] = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    return 4;
}

struct Escape {
    const uint8_t *end;
    size_t bytes;
    uint8_t text[4];
};

/// Reads the valid escape at `at`, and the one after it where both are one pair of surrogates.
Escape readEscape(const uint8_t *at, const uint8_t *end) {
    Escape escape{at + 2, 1, {simpleEscape(at[1])}};
    if (at[1] != 'u') return escape;
    uint32_t scalar = fourHexDigits(at + 2);
    escape.end = at + 6;
    const bool isHigh = (scalar & 0xFC00) == 0xD800;
    if (isHigh && end - escape.end >= 6 && escape.end[0] == '\\' && escape.end[1] == 'u') {
        const uint32_t low = fourHexDigits(escape.end + 2);
        if ((low & 0xFC00) == 0xDC00) {
            scalar = 0x10000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF));
            escape.end += 6;
        }
    }
    if ((scalar & 0xFFFFF800) == 0xD800) scalar = replacementCharacter;
    escape.bytes = encode(scalar, escape.text);
    return escape;
}

uint8_t *writeEscape(uint8_t byte, uint8_t *to) {
    static const char digits[] = "0123456789abcdef";
    *to++ = '\\';
    switch (byte) {
    case '"': case '\\': *to++ = byte; return to;
    case '\b': *to++ = 'b'; return to;
    case '\f': *to++ = 'f'; return to;
    case '\n': *to++ = 'n'; return to;
    case '\r': *to++ = 'r'; return to;
    case '\t': *to++ = 't'; return to;
    default:
        std::memcpy(to, "u00", 3);
        to[3] = static_cast<uint8_t>(digits[byte >> 4]);
        to[4] = static_cast<uint8_t>(digits[byte & 15]);
        return to + 5;
    }
}

}  // namespace
}  // namespace csimdjson

using namespace csimdjson;

extern "C" {

size_t csimdjson_unescape(const uint8_t *text, size_t length, uint8_t *destination) {
    const uint8_t *const end = text + length;
    uint8_t *to = destination;
    while (text < end) {
        // A whole word is copied before it is looked at: what is written never overtakes what is read, so that there
        // is room for it.
        if (end - text >= 8) {
            const uint64_t mask = bytesEqual(loadWord(text), '\\');
            std::memcpy(to, text, 8);
            const unsigned plain = mask == 0 ? 8 : firstByte(mask);
            text += plain;
            to += plain;
            if (mask == 0) continue;
        } else if (*text != '\\') {
            *to++ = *text++;
            continue;
        }
        const Escape escape = readEscape(text, end);
        for (size_t i = 0; i < escape.bytes; ++i) *to++ = escape.text[i];
        text = escape.end;
    }
    return static_cast<size_t>(to - destination);
}

bool csimdjson_unescaped_equals(const uint8_t *text, size_t length, const uint8_t *other, size_t otherLength) {
    const uint8_t *const end = text + length;
    const uint8_t *const otherEnd = other + otherLength;
    if (otherLength > length) return false;
    while (true) {
        const uint8_t *const backslash = findBackslash(text, end);
        const size_t plain = static_cast<size_t>(backslash - text);
        if (static_cast<size_t>(otherEnd - other) < plain || !equalBytes(text, other, plain)) return false;
        other += plain;
        if (backslash == end) return other == otherEnd;
        const Escape escape = readEscape(backslash, end);
        if (static_cast<size_t>(otherEnd - other) < escape.bytes) return false;
        if (!equalBytes(other, escape.text, escape.bytes)) return false;
        other += escape.bytes;
        text = escape.end;
    }
}

bool csimdjson_equal_bytes(const uint8_t *left, const uint8_t *right, size_t length) {
    return equalBytes(left, right, length);
}

csimdjson_progress csimdjson_escape(const uint8_t *text, size_t length, uint8_t *destination, size_t capacity) {
    const uint8_t *const start = text;
    const uint8_t *const end = text + length;
    uint8_t *to = destination;
    uint8_t *const toEnd = destination + capacity;
    while (text < end && toEnd - to >= CSIMDJSON_ESCAPE_ROOM) {
        if (end - text >= 8) {
            const uint64_t word = loadWord(text);
            const uint64_t control = (word - everyByte(0x20)) & ~word & everyByte(0x80);
            const uint64_t mask = control | bytesEqual(word, '"') | bytesEqual(word, '\\');
            std::memcpy(to, text, 8);
            const unsigned plain = mask == 0 ? 8 : firstByte(mask);
            text += plain;
            to += plain;
            if (mask == 0) continue;
            if (toEnd - to < CSIMDJSON_ESCAPE_ROOM) break;
        } else if (*text >= 0x20 && *text != '"' && *text != '\\') {
            *to++ = *text++;
            continue;
        }
        to = writeEscape(*text++, to);
    }
    return {static_cast<size_t>(text - start), static_cast<size_t>(to - destination)};
}

size_t csimdjson_number_length(const uint8_t *text, size_t length, bool *isInteger) {
    if (length == 0 || (*text != '-' && !isDigit(*text))) return 0;
    const Number number = readNumber(text, text + length);
    *isInteger = number.isInteger;
    return number.fault == CSIMDJSON_SOUND ? static_cast<size_t>(number.end - text) : 0;
}

bool csimdjson_double(const uint8_t *text, size_t length, double *value) {
    const char *const first = reinterpret_cast<const char *>(text);
    const std::from_chars_result read = std::from_chars(first, first + length, *value);
    return read.ec == std::errc() && read.ptr == first + length;
}

}
