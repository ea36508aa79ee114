#ifndef CSIMDJSON_NUMBER_HPP
#define CSIMDJSON_NUMBER_HPP

#include "CSimdJSON.h"
#include "Scan.hpp"

namespace csimdjson {

struct Number {
    const uint8_t *end;  // after the last byte, or where the fault is
    csimdjson_fault fault;
    bool isInteger;
};

/// Reads a number by the grammar of RFC 8259, section 6. `at` is below `end`.
inline Number readNumber(const uint8_t *at, const uint8_t *end) {
    if (*at == '-') {
        ++at;
        if (at == end || !isDigit(*at)) return {at, CSIMDJSON_NO_DIGIT_AFTER_MINUS, true};
    }
    const bool isZero = *at == '0';
    ++at;
    if (isZero && at < end && isDigit(*at)) return {at, CSIMDJSON_LEADING_ZERO, true};
    at = skipDigits(at, end);

    bool isInteger = true;
    if (at < end && *at == '.') {
        isInteger = false;
        ++at;
        if (at == end || !isDigit(*at)) return {at, CSIMDJSON_NO_DIGIT_AFTER_POINT, false};
        at = skipDigits(at, end);
    }
    if (at < end && (*at | 0x20) == 'e') {
        isInteger = false;
        ++at;
        if (at < end && (*at == '+' || *at == '-')) ++at;
        if (at == end || !isDigit(*at)) return {at, CSIMDJSON_NO_DIGIT_IN_EXPONENT, false};
        at = skipDigits(at, end);
    }
    return {at, CSIMDJSON_SOUND, isInteger};
}

}  // namespace csimdjson

#endif
