#ifndef CSIMDJSON_OUTLINE_HPP
#define CSIMDJSON_OUTLINE_HPP

#include "Tape.hpp"

namespace csimdjson {

/// What is open inside each other is one bit a container, so that many levels are all that can be walked.
constexpr uint32_t outlineDepthMax = 1024;

/// Checks the grammar as `writeTape` does and writes entries for the root and its members alone: what a member
/// contains is passed over. False if anything is wrong, or deeper than `depthMax`, or more than there is room for:
/// what it is only `writeTape` tells.
bool writeOutline(
    const Index &index, uint32_t depthMax, csimdjson_entry *entries, uint32_t capacity, uint32_t &entryCount);

}  // namespace csimdjson

#endif
