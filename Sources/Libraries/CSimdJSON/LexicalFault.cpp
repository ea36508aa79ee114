#include "Tape.hpp"

namespace csimdjson {
namespace {

/// Length of the well-formed UTF-8 sequence at the start, or 0 (Unicode 15, table 3-7).
uint32_t sequenceLength(const uint8_t *at, uint32_t available) {
    const uint8_t lead = at[0];
    if (lead < 0x80) return 1;
    uint32_t bytes;
    uint8_t low = 0x80, high = 0xBF;  // what the second byte may be
    if (lead >= 0xC2 && lead <= 0xDF) {
        bytes = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        bytes = 3;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        bytes = 4;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    } else {
        return 0;
    }
    if (available < bytes || at[1] < low || at[1] > high) return 0;
    for (uint32_t i = 2; i < bytes; ++i) {
        if ((at[i] & 0xC0) != 0x80) return 0;
    }
    return bytes;
}

bool isBlank(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }

}  // namespace

LexicalFault findLexicalFault(const uint8_t *text, uint32_t length) {
    bool inString = false, isBlankSoFar = true;
    uint32_t open = 0;
    const auto fault = [&](csimdjson_fault kind, uint32_t at) {
        return LexicalFault{{kind, at}, inString ? open : at};
    };
    for (uint32_t at = 0; at < length;) {
        const uint8_t byte = text[at];
        const uint32_t bytes = sequenceLength(text + at, length - at);
        if (bytes == 0) return fault(CSIMDJSON_INVALID_UTF8, at);
        if (!isBlank(byte)) isBlankSoFar = false;
        if (byte == '"') {
            inString = !inString;
            open = at;
        } else if (inString && byte < 0x20) {
            return fault(CSIMDJSON_CONTROL_CHARACTER, at);
        } else if (byte == '\\') {
            if (!inString) return fault(CSIMDJSON_EXPECTED_VALUE, at);
            // Of what is escaped only these two could be taken for something else.
            if (at + 1 < length && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
        }
        at += bytes;
    }
    if (inString) return fault(CSIMDJSON_OPEN_STRING, open);
    return fault(isBlankSoFar ? CSIMDJSON_EMPTY : CSIMDJSON_EXPECTED_VALUE, isBlankSoFar ? length : 0);
}

}  // namespace csimdjson
