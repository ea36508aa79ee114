#ifndef CSIMDJSON_TAPE_HPP
#define CSIMDJSON_TAPE_HPP

#include "CSimdJSON.h"

namespace csimdjson {

/// What stage 1 found: where each bracket, comma, colon and first byte of a scalar is.
struct Index {
    const uint8_t *text;
    uint32_t length;
    const uint32_t *tokens;
    uint32_t count;
};

/// Checks the grammar and writes one entry a value and key. `entries` has room for one a token.
csimdjson_result writeTape(
    const Index &index, uint32_t depthMax, csimdjson_entry *entries, uint32_t &entryCount);

struct LexicalFault {
    csimdjson_result result;
    uint32_t soundLength;  // how much of the text, from its start, is whole tokens without such a fault
};

/// Finds what stage 1 refused: it says that something is wrong, not where. Slow, for the error path only.
LexicalFault findLexicalFault(const uint8_t *text, uint32_t length);

}  // namespace csimdjson

#endif
