#include "Outline.hpp"

#include "Escapes.hpp"
#include "Number.hpp"

namespace csimdjson {
namespace {

/// The same grammar as TapeWriter's (Tape.cpp), for a reader who looks at the members of the root alone. It says only
/// whether all is well: so a string is one step, its escapes are checked in a pass of their own, and the containers
/// that are open are bits.
class OutlineWriter {
public:
    OutlineWriter(const Index &index, uint32_t depthMax, csimdjson_entry *entries, uint32_t capacity)
        : text(index.text), end(index.text + index.length), token(index.tokens),
          tokensEnd(index.tokens + index.count), depthMax(depthMax < outlineDepthMax ? depthMax : outlineDepthMax),
          entries(entries), capacity(capacity) {}

    bool run() {
        if (token == tokensEnd || !root() || token != tokensEnd) return false;
        entries[0].next = count;
        return areEscapesSound(text, end);
    }

    uint32_t entryCount() const { return count; }

private:
    const uint8_t *const text;
    const uint8_t *const end;
    const uint32_t *token;
    const uint32_t *const tokensEnd;
    const uint32_t depthMax;
    csimdjson_entry *const entries;
    const uint32_t capacity;
    uint32_t count = 0;

    uint8_t peek() const { return token < tokensEnd ? text[*token] : 0; }

    bool root();
    bool member(uint8_t closing);
    bool value();
    bool keep(uint32_t offset);
    bool skipScalar();
    bool skipContainer();
};

constexpr csimdjson_kind kindOf(uint8_t first) {
    switch (first) {
    case '{': return CSIMDJSON_SKIPPED_OBJECT;
    case '[': return CSIMDJSON_SKIPPED_ARRAY;
    case '"': return CSIMDJSON_STRING;
    case 't': return CSIMDJSON_TRUE;
    case 'f': return CSIMDJSON_FALSE;
    case 'n': return CSIMDJSON_NULL;
    default: return CSIMDJSON_INTEGER;
    }
}

/// Writes the entry of what was just passed and began at `offset`.
bool OutlineWriter::keep(uint32_t offset) {
    if (count == capacity) return false;
    const uint8_t *const first = text + offset;
    // Between its last byte and the next token there is white space only.
    const uint8_t *last = (token < tokensEnd ? text + *token : end) - 1;
    while (*last == ' ' || *last == '\t' || *last == '\n' || *last == '\r') --last;
    csimdjson_kind kind = kindOf(*first);
    if (kind == CSIMDJSON_STRING && findBackslash(first + 1, last) != last) kind = CSIMDJSON_ESCAPED_STRING;
    if (kind == CSIMDJSON_INTEGER && !readNumber(first, end).isInteger) kind = CSIMDJSON_DECIMAL;
    entries[count] = {offset, static_cast<uint32_t>(last + 1 - first), count + 1, kind & 15u, 0};
    ++count;
    return true;
}

bool OutlineWriter::root() {
    const uint8_t opening = peek();
    const uint32_t offset = *token;
    if (opening != '{' && opening != '[') return value();
    if (depthMax == 0 || capacity == 0) return false;
    const bool isObject = opening == '{';
    const uint8_t closing = isObject ? '}' : ']';
    ++token;
    count = 1;
    uint32_t members = 0;
    if (peek() != closing) {
        if (!member(closing)) return false;
        for (members = 1; peek() == ','; ++members) {
            ++token;
            if (!member(closing)) return false;
        }
        if (peek() != closing) return false;
    }
    const uint32_t last = *token++;
    entries[0] = {offset, last + 1 - offset, 0, (isObject ? CSIMDJSON_OBJECT : CSIMDJSON_ARRAY) & 15u, members};
    return true;
}

bool OutlineWriter::member(uint8_t closing) {
    if (closing == '}') {
        if (peek() != '"') return false;
        const uint32_t key = *token++;
        if (!keep(key) || peek() != ':') return false;
        ++token;
    }
    return value();
}

bool OutlineWriter::value() {
    const uint8_t first = peek();
    if (token == tokensEnd) return false;
    const uint32_t offset = *token;
    return (first == '{' || first == '[' ? skipContainer() : skipScalar()) && keep(offset);
}

/// Checks a number or a word; of a string there is nothing to check here.
inline bool OutlineWriter::skipScalar() {
    const uint8_t *const at = text + *token++;
    const uint8_t *after;
    switch (*at) {
    case '"': return true;
    case 't': after = std::memcmp(at, "true", 4) == 0 ? at + 4 : nullptr; break;
    case 'n': after = std::memcmp(at, "null", 4) == 0 ? at + 4 : nullptr; break;
    case 'f': after = std::memcmp(at, "false", 5) == 0 ? at + 5 : nullptr; break;
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9': {
        const Number number = readNumber(at, end);
        after = number.fault == CSIMDJSON_SOUND ? number.end : nullptr;
        break;
    }
    default: return false;
    }
    // A word that the end of the text cuts off may be complete in what happens to stand behind it.
    return after != nullptr && after <= end && (after == end || endsScalar(*after));
}

/// Passes a container inside the root, from its opening bracket to its closing one.
bool OutlineWriter::skipContainer() {
    uint64_t openObjects[outlineDepthMax / 64 + 1];  // whether the container at that depth is one
    uint32_t depth = 1;
    bool isObject;

open:
    if (depth == depthMax) return false;
    isObject = peek() == '{';
    ++token;
    ++depth;
    {
        uint64_t &bits = openObjects[depth / 64];
        const uint64_t bit = 1ULL << (depth % 64);
        bits = isObject ? bits | bit : bits & ~bit;
    }
    if (peek() == (isObject ? '}' : ']')) goto close;
    if (!isObject) goto value;

key:
    if (peek() != '"') return false;
    ++token;
    if (peek() != ':') return false;
    ++token;

value:
    switch (peek()) {
    case '{': case '[': goto open;
    case '"': ++token; break;
    case 0: return false;
    default:
        if (!skipScalar()) return false;
    }

afterValue:
    if (peek() == ',') {
        ++token;
        if (isObject) goto key;
        goto value;
    }
    if (peek() != (isObject ? '}' : ']')) return false;

close:
    ++token;
    --depth;
    if (depth == 1) return true;
    isObject = (openObjects[depth / 64] >> (depth % 64) & 1) != 0;
    goto afterValue;
}

}  // namespace

bool writeOutline(
    const Index &index, uint32_t depthMax, csimdjson_entry *entries, uint32_t capacity, uint32_t &entryCount) {
    OutlineWriter writer(index, depthMax, entries, capacity);
    const bool isSound = writer.run();
    entryCount = writer.entryCount();
    return isSound;
}

}  // namespace csimdjson
