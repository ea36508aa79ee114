#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Why this is C++: simdjson is. Of it only stage 1 is used (the index of structural characters, and the checks of UTF-8
// and of control characters in strings, all in SIMD); the grammar and the tape are ours (docs/decisions/003-json.md).
// Nothing here throws, and nothing here keeps a pointer to the text longer than the caller said it lives.

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes after the text that must be readable. Their values do not matter.
enum { CSIMDJSON_PADDING = 64 };

/// The longest text: the member count of an entry has 28 bits, and a member is at least two bytes long.
enum { CSIMDJSON_LENGTH_MAX = 1 << 29 };

typedef enum csimdjson_kind {
    CSIMDJSON_NULL,
    CSIMDJSON_FALSE,
    CSIMDJSON_TRUE,
    CSIMDJSON_INTEGER,         // a number without fraction and exponent, of any length
    CSIMDJSON_DECIMAL,         // a number with a fraction or an exponent
    CSIMDJSON_STRING,          // a string whose text is the bytes between its quotes
    CSIMDJSON_ESCAPED_STRING,  // a string with at least one escape
    CSIMDJSON_ARRAY,
    CSIMDJSON_OBJECT,
    CSIMDJSON_SKIPPED_ARRAY,   // in an outline: checked, but without entries for what it contains
    CSIMDJSON_SKIPPED_OBJECT,
} csimdjson_kind;

typedef enum csimdjson_fault {
    CSIMDJSON_SOUND,
    CSIMDJSON_OUT_OF_MEMORY,
    CSIMDJSON_UNSUPPORTED_CPU,
    CSIMDJSON_TOO_LONG,
    CSIMDJSON_TOO_DEEP,
    CSIMDJSON_EMPTY,
    CSIMDJSON_BYTE_ORDER_MARK,
    CSIMDJSON_INVALID_UTF8,
    CSIMDJSON_CONTROL_CHARACTER,
    CSIMDJSON_OPEN_STRING,
    CSIMDJSON_BAD_ESCAPE,
    CSIMDJSON_BAD_UNICODE_ESCAPE,
    CSIMDJSON_EXPECTED_VALUE,
    CSIMDJSON_EXPECTED_VALUE_OR_END,
    CSIMDJSON_EXPECTED_KEY,
    CSIMDJSON_EXPECTED_KEY_OR_END,
    CSIMDJSON_EXPECTED_COLON,
    CSIMDJSON_EXPECTED_COMMA_IN_ARRAY,
    CSIMDJSON_EXPECTED_COMMA_IN_OBJECT,
    CSIMDJSON_OPEN_ARRAY,
    CSIMDJSON_OPEN_OBJECT,
    CSIMDJSON_BAD_LITERAL,
    CSIMDJSON_LEADING_ZERO,
    CSIMDJSON_NO_DIGIT_AFTER_MINUS,
    CSIMDJSON_NO_DIGIT_AFTER_POINT,
    CSIMDJSON_NO_DIGIT_IN_EXPONENT,
    CSIMDJSON_BAD_NUMBER_END,
    CSIMDJSON_TRAILING_TEXT,
} csimdjson_fault;

/// One value or key, in the order of the text. A key is a string entry that its value's entry follows.
typedef struct csimdjson_entry {
    uint32_t offset;      // of the first byte: the quote, the bracket, the digit
    uint32_t length;      // up to and with the last byte
    uint32_t next;        // index of the first entry after this value and all it contains
    uint32_t kind : 4;    // csimdjson_kind
    uint32_t count : 28;  // members of an object, elements of an array
} csimdjson_entry;

/// What the last parse found. It stays at one address for as long as the parser lives.
typedef struct csimdjson_document {
    const csimdjson_entry *entries;
    const uint8_t *text;
    uint32_t entry_count;
    uint32_t text_length;
    uint32_t generation;  // changes whenever the entries become invalid
} csimdjson_document;

typedef struct csimdjson_result {
    csimdjson_fault fault;
    uint32_t offset;
} csimdjson_result;

typedef struct csimdjson_parser csimdjson_parser;

const char *csimdjson_version(void);
const char *csimdjson_implementation(void);

csimdjson_parser *csimdjson_parser_create(void);
void csimdjson_parser_destroy(csimdjson_parser *parser);
const csimdjson_document *csimdjson_parser_document(const csimdjson_parser *parser);

/// Parses `length` bytes; CSIMDJSON_PADDING more must be readable. The text must stay while the entries are used.
csimdjson_result csimdjson_parse(csimdjson_parser *parser, const uint8_t *text, size_t length, uint32_t depth_max);

/// The same checks and faults, but entries only for the root and its members: the containers among those are of the
/// kinds CSIMDJSON_SKIPPED_…, with a count of 0.
csimdjson_result csimdjson_parse_outline(
    csimdjson_parser *parser, const uint8_t *text, size_t length, uint32_t depth_max);

/// Forgets the document, and gives back buffers that are larger than a text of `kept` bytes needs.
void csimdjson_parser_release(csimdjson_parser *parser, size_t kept);

/// Bytes that the buffers of the parser take now.
size_t csimdjson_parser_footprint(const csimdjson_parser *parser);

/// Writes what a string's text (between the quotes, known to be valid) stands for; never longer than the text.
/// A surrogate without its other half becomes U+FFFD. Returns the length written.
size_t csimdjson_unescape(const uint8_t *text, size_t length, uint8_t *destination);

/// Whether a string's text stands for these bytes.
bool csimdjson_unescaped_equals(const uint8_t *text, size_t length, const uint8_t *other, size_t other_length);

/// The last member of the object at `object` whose key stands for these bytes: the index of its key; 0 if none.
uint32_t csimdjson_find(
    const csimdjson_document *document, uint32_t object, const uint8_t *key, size_t key_length);

/// How many names a set can have.
enum { CSIMDJSON_NAMES_MAX = 16 };

/// Names of members that are looked for together. A key is one of them or none after one look into `places`.
typedef struct csimdjson_names {
    struct {
        const uint8_t *text;
        size_t length;
        uint64_t front;  // its first eight bytes, with zeros behind a shorter one
        uint64_t back;   // its last eight
    } names[CSIMDJSON_NAMES_MAX];
    uint64_t multiplier;
    uint32_t count;
    uint8_t places[64];  // of a hash: which name it may be, counted from 1
} csimdjson_names;

/// Adds a name to a set, which begins as zeros. False where the set is full, or where another one of that length begins and
/// ends alike. The text must stay.
bool csimdjson_add_name(csimdjson_names *names, const uint8_t *text, size_t length);

/// What csimdjson_find finds for each of the names, plus one: the indexes of the values, or 0; for all of them in one walk.
/// `values` has room for CSIMDJSON_NAMES_MAX of them.
void csimdjson_pick(
    const csimdjson_document *document, uint32_t object, const csimdjson_names *names, uint32_t *values);

/// The same bytes?
bool csimdjson_equal_bytes(const uint8_t *left, const uint8_t *right, size_t length);

/// How much room csimdjson_escape needs to go on: a word that is copied whole, or one escape.
enum { CSIMDJSON_ESCAPE_ROOM = 8 };

typedef struct csimdjson_progress {
    size_t read;
    size_t written;
} csimdjson_progress;

/// Writes UTF-8 as the text of a JSON string, without quotes, until all is read or less room than
/// CSIMDJSON_ESCAPE_ROOM is left.
csimdjson_progress csimdjson_escape(const uint8_t *text, size_t length, uint8_t *destination, size_t capacity);

bool csimdjson_is_utf8(const uint8_t *text, size_t length);

/// The length of the number at the start of the text, or 0 if it is not one by JSON's grammar.
/// `is_integer` tells whether it has neither fraction nor exponent.
size_t csimdjson_number_length(const uint8_t *text, size_t length, bool *is_integer);

/// The nearest double. False if the number is too large or too small for one.
bool csimdjson_double(const uint8_t *text, size_t length, double *value);

#ifdef __cplusplus
}
#endif

#endif
