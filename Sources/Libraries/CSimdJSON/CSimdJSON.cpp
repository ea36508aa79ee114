#include "CSimdJSON.h"
#include "Outline.hpp"
#include "Tape.hpp"

#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>

static_assert(CSIMDJSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson wants more readable bytes than we promise");

namespace {

/// Texts grow by a few bytes a turn in a conversation: room in steps of this many bytes spares most reallocations.
constexpr size_t capacityStep = 64 * 1024;

/// The index of a larger text is given back once its tape is written: it takes up to a third of the text, and nobody
/// looks at it again.
constexpr size_t keptIndex = 512 * 1024;

/// A request has some ten members, each two entries.
constexpr size_t outlineEntries = 256;

struct FreeDeleter {
    void operator()(void *memory) const { std::free(memory); }
};

}  // namespace

struct csimdjson_parser {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1;  // made by the first parse
    size_t capacity = 0;                                                    // bytes of text that stage1 has room for
    std::unique_ptr<csimdjson_entry, FreeDeleter> entries;
    size_t entryCapacity = 0;
    csimdjson_document document{};

    void forget() {
        document = {nullptr, nullptr, 0, 0, document.generation + 1};
    }

    csimdjson_fault reserveText(size_t length) {
        if (stage1 && capacity >= length) return CSIMDJSON_SOUND;
        stage1.reset();
        capacity = 0;
        const size_t wanted = (length / capacityStep + 1) * capacityStep;
        const auto made = simdjson::get_active_implementation()->create_dom_parser_implementation(wanted, 1, stage1);
        if (made == simdjson::UNSUPPORTED_ARCHITECTURE) return CSIMDJSON_UNSUPPORTED_CPU;
        if (made != simdjson::SUCCESS || !stage1) {
            stage1.reset();
            return CSIMDJSON_OUT_OF_MEMORY;
        }
        capacity = wanted;
        return CSIMDJSON_SOUND;
    }

    bool reserveEntries(size_t count) {
        if (entryCapacity >= count) return true;
        entries.reset();
        entryCapacity = 0;
        const size_t wanted = count + count / 4;
        entries.reset(static_cast<csimdjson_entry *>(std::malloc(wanted * sizeof(csimdjson_entry))));
        if (!entries) return false;
        entryCapacity = wanted;
        return true;
    }

    bool findTokens(const uint8_t *text, size_t length) {
        return stage1->stage1(text, length, simdjson::stage1_mode::regular) == simdjson::SUCCESS;
    }

    csimdjson::Index index(const uint8_t *text, uint32_t length) const {
        return {text, length, stage1->structural_indexes.get(), stage1->n_structural_indexes};
    }

    csimdjson_result parse(const uint8_t *text, size_t length, uint32_t depthMax, bool outline);
    bool writeOutline(const uint8_t *text, uint32_t length, uint32_t depthMax);
    csimdjson_result writeTape(const uint8_t *text, uint32_t length, uint32_t depthMax, uint32_t &count);
    csimdjson_result firstFault(const uint8_t *text, uint32_t length, uint32_t depthMax);
};

csimdjson_result csimdjson_parser::parse(const uint8_t *text, size_t length, uint32_t depthMax, bool outline) {
    forget();
    if (length > CSIMDJSON_LENGTH_MAX) return {CSIMDJSON_TOO_LONG, CSIMDJSON_LENGTH_MAX};
    if (length == 0) return {CSIMDJSON_EMPTY, 0};
    if (length >= 3 && std::memcmp(text, "\xEF\xBB\xBF", 3) == 0) return {CSIMDJSON_BYTE_ORDER_MARK, 0};
    if (const csimdjson_fault fault = reserveText(length)) return {fault, 0};

    const uint32_t bytes = static_cast<uint32_t>(length);
    if (!findTokens(text, length)) return firstFault(text, bytes, depthMax);
    if (outline && writeOutline(text, bytes, depthMax)) return {CSIMDJSON_SOUND, 0};
    uint32_t count = 0;
    const csimdjson_result result = writeTape(text, bytes, depthMax, count);
    if (result.fault == CSIMDJSON_SOUND) document = {entries.get(), text, count, bytes, document.generation};
    if (capacity > keptIndex + capacityStep) {
        stage1.reset();
        capacity = 0;
    }
    return result;
}

csimdjson_result csimdjson_parser::writeTape(
    const uint8_t *text, uint32_t length, uint32_t depthMax, uint32_t &count) {
    if (!reserveEntries(stage1->n_structural_indexes)) return {CSIMDJSON_OUT_OF_MEMORY, 0};
    return csimdjson::writeTape(index(text, length), depthMax, entries.get(), count);
}

/// False where the text is not sound, and where the root has more members than an outline has room for: the whole tape,
/// written then, names the fault and serves as an outline as well.
bool csimdjson_parser::writeOutline(const uint8_t *text, uint32_t length, uint32_t depthMax) {
    if (!reserveEntries(outlineEntries)) return false;
    uint32_t count = 0;
    if (!csimdjson::writeOutline(index(text, length), depthMax, entries.get(), outlineEntries, count)) return false;
    document = {entries.get(), text, count, length, document.generation};
    return true;
}

/// Stage 1 looks at the whole text before the grammar does. A fault of the grammar that comes first is told first,
/// because it is often the cause: a quote too many makes the last string an open one.
csimdjson_result csimdjson_parser::firstFault(const uint8_t *text, uint32_t length, uint32_t depthMax) {
    const csimdjson::LexicalFault lexical = csimdjson::findLexicalFault(text, length);
    if (!findTokens(text, lexical.soundLength)) return lexical.result;
    uint32_t count = 0;
    const csimdjson_result grammar = writeTape(text, lexical.soundLength, depthMax, count);
    const bool isFirst = grammar.fault != CSIMDJSON_SOUND && grammar.offset < lexical.soundLength;
    return isFirst ? grammar : lexical.result;
}

extern "C" {

const char *csimdjson_version(void) { return SIMDJSON_STRINGIFY(SIMDJSON_VERSION); }

const char *csimdjson_implementation(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}

csimdjson_parser *csimdjson_parser_create(void) { return new (std::nothrow) csimdjson_parser; }

void csimdjson_parser_destroy(csimdjson_parser *parser) { delete parser; }

const csimdjson_document *csimdjson_parser_document(const csimdjson_parser *parser) { return &parser->document; }

csimdjson_result csimdjson_parse(csimdjson_parser *parser, const uint8_t *text, size_t length, uint32_t depthMax) {
    return parser->parse(text, length, depthMax, false);
}

csimdjson_result csimdjson_parse_outline(
    csimdjson_parser *parser, const uint8_t *text, size_t length, uint32_t depthMax) {
    return parser->parse(text, length, depthMax, true);
}

void csimdjson_parser_release(csimdjson_parser *parser, size_t kept) {
    parser->forget();
    if (parser->capacity > kept + capacityStep) {
        parser->stage1.reset();
        parser->capacity = 0;
    }
    // A token every four bytes is dense JSON; room for more than that is given back as well.
    if (parser->entryCapacity > (kept + capacityStep) / 4) {
        parser->entries.reset();
        parser->entryCapacity = 0;
    }
}

size_t csimdjson_parser_footprint(const csimdjson_parser *parser) {
    return parser->capacity * sizeof(uint32_t) + parser->entryCapacity * sizeof(csimdjson_entry);
}

bool csimdjson_is_utf8(const uint8_t *text, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(text), length);
}

}
