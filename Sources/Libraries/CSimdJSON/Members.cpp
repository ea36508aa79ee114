#include "CSimdJSON.h"
#include "Scan.hpp"

namespace csimdjson {
namespace {

/// The ends of a key, by which nearly all of those can be told apart that are not too long.
struct Ends {
    uint64_t front;
    uint64_t back;
};

/// Of a short key what stands behind it is read with it, and cut off.
Ends endsOf(const uint8_t *text, size_t length) {
    const uint64_t front = loadWord(text);
    if (length < 8) {
        const uint64_t own = front & ((1ULL << 8 * length) - 1);
        return {own, own};
    }
    return {front, loadWord(text + length - 8)};
}

unsigned hash(const Ends &ends, size_t length, uint64_t multiplier) {
    return static_cast<unsigned>(((ends.front + length) ^ (ends.back << 1)) * multiplier >> 58);
}

/// False where two names have one place.
bool spread(csimdjson_names &set) {
    std::memset(set.places, 0, sizeof set.places);
    for (uint32_t place = 0; place < set.count; ++place) {
        const auto &name = set.names[place];
        uint8_t &entry = set.places[hash({name.front, name.back}, name.length, set.multiplier)];
        if (entry != 0) return false;
        entry = static_cast<uint8_t>(place + 1);
    }
    return true;
}

}  // namespace
}  // namespace csimdjson

using namespace csimdjson;

extern "C" {

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
            ? length == keyLength && csimdjson_equal_bytes(text, key, keyLength)
            : csimdjson_unescaped_equals(text, length, key, keyLength);
        if (isEqual) found = at;
    }
    return found;
}

bool csimdjson_add_name(csimdjson_names *set, const uint8_t *text, size_t length) {
    if (set->count == CSIMDJSON_NAMES_MAX) return false;
    uint8_t copy[8] = {};
    if (length > 0) std::memcpy(copy, text, length < 8 ? length : 8);
    const Ends ends = length < 8 ? endsOf(copy, length) : endsOf(text, length);
    for (uint32_t place = 0; place < set->count; ++place) {
        const auto &other = set->names[place];
        if (other.length == length && other.front == ends.front && other.back == ends.back) return false;
    }
    set->names[set->count++] = {text, length, ends.front, ends.back};
    // One in a few spreads sixteen names over 64 places. Done when the program starts, and with the same result each time.
    set->multiplier = 0x9E3779B97F4A7C15ULL;
    for (int attempt = 0; attempt < 10000; ++attempt) {
        if (spread(*set)) return true;
        set->multiplier = set->multiplier * 6364136223846793005ULL + 1442695040888963407ULL;
    }
    return false;
}

void csimdjson_pick(
    const csimdjson_document *document, uint32_t object, const csimdjson_names *set, uint32_t *values) {
    std::memset(values, 0, CSIMDJSON_NAMES_MAX * sizeof *values);
    const csimdjson_entry *const entries = document->entries;
    const uint32_t end = entries[object].next;
    for (uint32_t at = object + 1; at < end; at = entries[at + 1].next) {
        const csimdjson_entry &entry = entries[at];
        const uint8_t *const text = document->text + entry.offset + 1;
        const size_t length = entry.length - 2;
        if (entry.kind != CSIMDJSON_STRING) {
            for (uint32_t place = 0; place < set->count; ++place) {
                const auto &name = set->names[place];
                if (csimdjson_unescaped_equals(text, length, name.text, name.length)) values[place] = at + 1;
            }
            continue;
        }
        const Ends ends = endsOf(text, length);
        const uint32_t place = set->places[hash(ends, length, set->multiplier)];
        if (place == 0) continue;
        const auto &name = set->names[place - 1];
        const bool isEqual = ends.front == name.front && ends.back == name.back && length == name.length
            && (length <= 16 || std::memcmp(text + 8, name.text + 8, length - 16) == 0);
        if (isEqual) values[place - 1] = at + 1;
    }
}

}
