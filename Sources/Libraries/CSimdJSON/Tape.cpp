#include "Tape.hpp"

#include "Escapes.hpp"
#include "Number.hpp"
#include "Scan.hpp"

namespace csimdjson {
namespace {

/// The grammar as a machine whose state is the label it is at. The containers that are open are linked through the
/// `next` of their own entries, so that depth costs no memory of its own. `checksEscapes`: those of each string are looked
/// at in their turn, which finds the first fault of a text; a pass of its own over all of them says faster that there is none.
template <bool checksEscapes>
class TapeWriter {
public:
    TapeWriter(const Index &index, uint32_t depthMax, csimdjson_entry *entries)
        : text(index.text), end(index.text + index.length), tokens(index.tokens), tokensEnd(index.tokens + index.count),
          length(index.length), depthMax(depthMax), entries(entries), entry(entries) {}

    csimdjson_result run(uint32_t &entryCount);

private:
    const uint8_t *const text;
    const uint8_t *const end;
    const uint32_t *tokens;
    const uint32_t *const tokensEnd;
    const uint32_t length;
    const uint32_t depthMax;
    csimdjson_entry *const entries;
    csimdjson_entry *entry;
    csimdjson_result result{CSIMDJSON_SOUND, 0};

    bool fail(csimdjson_fault fault, uint32_t offset) {
        result = {fault, offset};
        return false;
    }

    bool failAtToken(csimdjson_fault fault, csimdjson_fault atEnd) {
        return tokens == tokensEnd ? fail(atEnd, length) : fail(fault, *tokens);
    }

    /// The byte at the next token; NUL, which starts nothing, when there is none.
    uint8_t peek() const { return tokens < tokensEnd ? text[*tokens] : 0; }

    void append(uint32_t kind, uint32_t offset, uint32_t bytes) {
        entry->offset = offset;
        entry->length = bytes;
        entry->next = static_cast<uint32_t>(entry - entries) + 1;
        entry->kind = kind & 15;
        entry->count = 0;
        ++entry;
    }

    bool string();
    bool escapes(const uint8_t *at, const uint8_t *close);
    bool number();
    bool literal(const char *word, uint32_t bytes, csimdjson_kind kind);
    bool scalar(uint8_t first);
};

/// Between the closing quote and the next token there is white space only, because anything else after a quote would
/// be a token; so the closing quote is found from behind.
template <bool checksEscapes>
bool TapeWriter<checksEscapes>::string() {
    const uint32_t open = *tokens++;
    const uint8_t *close = (tokens < tokensEnd ? text + *tokens : end) - 1;
    while (*close != '"') --close;
    const uint8_t *const first = text + open + 1;
    if (close < first) return fail(CSIMDJSON_OPEN_STRING, open);
    const uint8_t *const escape = findBackslash(first, close);
    const uint32_t bytes = static_cast<uint32_t>(close + 1 - (text + open));
    if (escape == close) {
        append(CSIMDJSON_STRING, open, bytes);
        return true;
    }
    append(CSIMDJSON_ESCAPED_STRING, open, bytes);
    return !checksEscapes || escapes(escape, close);
}

/// `at` is a backslash. Stage 1 has seen to it that the closing quote is not escaped.
template <bool checksEscapes>
bool TapeWriter<checksEscapes>::escapes(const uint8_t *at, const uint8_t *close) {
    while (at < close) {
        const uint8_t *const after = endOfEscape(at);
        if (after == nullptr || after > close) {
            const bool isUnicode = at[1] == 'u';
            return fail(isUnicode ? CSIMDJSON_BAD_UNICODE_ESCAPE : CSIMDJSON_BAD_ESCAPE, static_cast<uint32_t>(at - text));
        }
        at = findBackslash(after, close);
    }
    return true;
}

template <bool checksEscapes>
bool TapeWriter<checksEscapes>::number() {
    const uint32_t offset = *tokens++;
    const Number number = readNumber(text + offset, end);
    const uint32_t after = static_cast<uint32_t>(number.end - text);
    if (number.fault != CSIMDJSON_SOUND) return fail(number.fault, after);
    if (number.end < end && !endsScalar(*number.end)) return fail(CSIMDJSON_BAD_NUMBER_END, after);
    append(number.isInteger ? CSIMDJSON_INTEGER : CSIMDJSON_DECIMAL, offset, after - offset);
    return true;
}

template <bool checksEscapes>
bool TapeWriter<checksEscapes>::literal(const char *word, uint32_t bytes, csimdjson_kind kind) {
    const uint32_t offset = *tokens;
    const bool isComplete = length - offset >= bytes && std::memcmp(text + offset, word, bytes) == 0
        && (offset + bytes == length || endsScalar(text[offset + bytes]));
    if (!isComplete) return fail(CSIMDJSON_BAD_LITERAL, offset);
    ++tokens;
    append(kind, offset, bytes);
    return true;
}

template <bool checksEscapes>
bool TapeWriter<checksEscapes>::scalar(uint8_t first) {
    switch (first) {
    case '"': return string();
    case 't': return literal("true", 4, CSIMDJSON_TRUE);
    case 'f': return literal("false", 5, CSIMDJSON_FALSE);
    case 'n': return literal("null", 4, CSIMDJSON_NULL);
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        return number();
    default: return failAtToken(CSIMDJSON_EXPECTED_VALUE, CSIMDJSON_EXPECTED_VALUE);
    }
}

template <bool checksEscapes>
csimdjson_result TapeWriter<checksEscapes>::run(uint32_t &entryCount) {
    constexpr uint32_t none = UINT32_MAX;
    uint32_t container = none;  // the innermost open one
    uint32_t depth = 0;
    uint8_t byte = peek();

value:
    if (byte != '{' && byte != '[') {
        if (!scalar(byte)) return result;
        goto afterValue;
    }

    if (depth == depthMax) return {CSIMDJSON_TOO_DEEP, *tokens};
    ++depth;
    append(byte == '{' ? CSIMDJSON_OBJECT : CSIMDJSON_ARRAY, *tokens++, 0);
    entry[-1].next = container;
    container = static_cast<uint32_t>(entry - entries) - 1;
    if (byte == '{') {
        byte = peek();
        if (byte == '}') goto closeContainer;
        if (byte != '"') {
            failAtToken(CSIMDJSON_EXPECTED_KEY_OR_END, CSIMDJSON_OPEN_OBJECT);
            return result;
        }
        goto key;
    }
    byte = peek();
    if (byte == ']') goto closeContainer;
    if (tokens == tokensEnd) return {CSIMDJSON_OPEN_ARRAY, length};
    if (byte == ',' || byte == '}' || byte == ':') return {CSIMDJSON_EXPECTED_VALUE_OR_END, *tokens};
    ++entries[container].count;
    goto value;

key:
    if (!string()) return result;
    ++entries[container].count;
    if (peek() != ':') {
        failAtToken(CSIMDJSON_EXPECTED_COLON, CSIMDJSON_EXPECTED_COLON);
        return result;
    }
    ++tokens;
    byte = peek();
    goto value;

afterValue:
    if (container == none) {
        if (tokens < tokensEnd) return {CSIMDJSON_TRAILING_TEXT, *tokens};
        entryCount = static_cast<uint32_t>(entry - entries);
        return {CSIMDJSON_SOUND, 0};
    }
    byte = peek();
    if (entries[container].kind == CSIMDJSON_OBJECT) {
        if (byte == ',') {
            ++tokens;
            if (peek() == '"') goto key;
            failAtToken(CSIMDJSON_EXPECTED_KEY, CSIMDJSON_OPEN_OBJECT);
            return result;
        }
        if (byte == '}') goto closeContainer;
        failAtToken(CSIMDJSON_EXPECTED_COMMA_IN_OBJECT, CSIMDJSON_OPEN_OBJECT);
        return result;
    }
    if (byte == ',') {
        ++tokens;
        ++entries[container].count;
        byte = peek();
        goto value;
    }
    if (byte != ']') {
        failAtToken(CSIMDJSON_EXPECTED_COMMA_IN_ARRAY, CSIMDJSON_OPEN_ARRAY);
        return result;
    }

closeContainer:
    csimdjson_entry &closed = entries[container];
    closed.length = *tokens++ + 1 - closed.offset;
    container = closed.next;
    closed.next = static_cast<uint32_t>(entry - entries);
    --depth;
    goto afterValue;
}

}  // namespace

csimdjson_result writeTape(
    const Index &index, uint32_t depthMax, csimdjson_entry *entries, uint32_t &entryCount) {
    const csimdjson_result quick = TapeWriter<false>(index, depthMax, entries).run(entryCount);
    if (quick.fault == CSIMDJSON_SOUND && areEscapesSound(index.text, index.text + index.length)) return quick;
    return TapeWriter<true>(index, depthMax, entries).run(entryCount);
}

}  // namespace csimdjson
