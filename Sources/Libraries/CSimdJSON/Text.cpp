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

uint32_t csimdjson_find(
    const csimdjson_document *document, uint32_t object, const uint8_t *key, size_t keyLength) {
    const csimdjson_entry *const entries = document->entries;
    const uint32_t end = entries[object].next;
    uint32_t found = 0;
    for (uint32_t at = object + 1; at < end; at = entries[at + 1].next) {
        const csimdjson_entry &entry = entries[at];
        const uint8_t *const text = document->text + entry.offset + 1;
        const size_t length = entry.length - 2;
        const bool isEqual = entry.kind == CSIMDJSON_STRING
            ? length == keyLength && equalBytes(text, key, keyLength)
            : csimdjson_unescaped_equals(text, length, key, keyLength);
        if (isEqual) found = at;
    }
    return found;
}

csimdjson_name csimdjson_make_name(const uint8_t *text, size_t length) {
    uint8_t front[8] = {};
    if (length > 0) std::memcpy(front, text, length < 8 ? length : 8);
    return {text, length, loadWord(front)};
}

void csimdjson_pick(
    const csimdjson_document *document, uint32_t object, const csimdjson_name *names, uint32_t count,
    uint32_t *values) {
    std::memset(values, 0, count * sizeof *values);
    const csimdjson_entry *const entries = document->entries;
    const uint32_t end = entries[object].next;
    for (uint32_t at = object + 1; at < end; at = entries[at + 1].next) {
        const csimdjson_entry &entry = entries[at];
        const uint8_t *const text = document->text + entry.offset + 1;
        const size_t length = entry.length - 2;
        const bool isPlain = entry.kind == CSIMDJSON_STRING;
        // Of a short key what stands behind it is read with it, which the padding allows, and cut off.
        const uint64_t front = length < 8 ? loadWord(text) & ((1ULL << 8 * length) - 1) : loadWord(text);
        for (uint32_t place = 0; place < count; ++place) {
            const csimdjson_name &name = names[place];
            const bool isEqual = isPlain
                ? front == name.front && length == name.length
                    && (length <= 8 || std::memcmp(text + 8, name.text + 8, length - 8) == 0)
                : csimdjson_unescaped_equals(text, length, name.text, name.length);
            if (!isEqual) continue;
            values[place] = at + 1;
            break;
        }
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
