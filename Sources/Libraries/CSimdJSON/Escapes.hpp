#ifndef CSIMDJSON_ESCAPES_HPP
#define CSIMDJSON_ESCAPES_HPP

#include "Scan.hpp"

namespace csimdjson {

inline bool areFourHexDigits(const uint8_t *at) {
    return (hexValue(at[0]) | hexValue(at[1]) | hexValue(at[2]) | hexValue(at[3])) >= 0;
}

/// Where the escape at the backslash `at` ends, or null if it is none. Up to five bytes after the backslash are read.
__attribute__((always_inline)) inline const uint8_t *endOfEscape(const uint8_t *at) {
    switch (at[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return at + 2;
    case 'u': return areFourHexDigits(at + 2) ? at + 6 : nullptr;
    default: return nullptr;
    }
}

/// Whether each backslash begins an escape. In a text whose tokens are sound a backslash stands in a string only, so
/// that the strings need not be looked for. CSIMDJSON_PADDING bytes after `end` are read.
bool areEscapesSound(const uint8_t *text, const uint8_t *end);

}  // namespace csimdjson

#endif
