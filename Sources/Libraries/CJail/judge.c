// A program's arguments against the rules of the policy, as `CommandPattern` says what they mean; a test holds both against
// each other. Pure: it reads the rules and the words, and nothing else.
#include "judge.h"

#include <string.h>

// What is left to read of the rules. It never goes beyond their end: there everything is zero.
struct reader {
    const uint8_t *next, *end;
};

static uint64_t number(struct reader *reader, size_t size) {
    uint64_t value = 0;
    if ((size_t)(reader->end - reader->next) < size) {
        reader->next = reader->end;
        return 0;
    }
    for (size_t i = 0; i < size; i++) value |= (uint64_t)reader->next[i] << (8 * i);
    reader->next += size;
    return value;
}

static struct reader part(struct reader *reader) {
    size_t size = number(reader, 4), left = (size_t)(reader->end - reader->next);
    if (size > left) size = left;
    struct reader result = {reader->next, reader->next + size};
    reader->next += size;
    return result;
}

// Some bytes, and words: each with its zero, one behind the other.
struct text {
    const uint8_t *start;
    size_t size;
};
struct words {
    const char *next, *end;
};

static int take(struct words *words, struct text *word) {
    if (words->next >= words->end) return 0;
    word->start = (const uint8_t *)words->next;
    word->size = strnlen(words->next, (size_t)(words->end - words->next));
    words->next += word->size + 1;
    return 1;
}

static struct text pattern(struct reader *patterns) {
    struct reader bytes = part(patterns);
    return (struct text){bytes.next, (size_t)(bytes.end - bytes.next)};
}

static int is_option(struct text text) { return text.size > 0 && text.start[0] == '-'; }

// `*` stands for any bytes. Only the last one is ever given more, so it takes no longer than both lengths multiplied.
static int matches(struct text pattern, struct text word) {
    size_t piece = 0, place = 0, star = SIZE_MAX, starred = 0;
    while (place < word.size) {
        if (piece < pattern.size && pattern.start[piece] == '*') {
            star = piece++;
            starred = place;
        } else if (piece < pattern.size && pattern.start[piece] == word.start[place]) {
            piece++;
            place++;
        } else if (star != SIZE_MAX) {
            place = ++starred;
            piece = star + 1;
        } else {
            return 0;
        }
    }
    while (piece < pattern.size && pattern.start[piece] == '*') piece++;
    return piece == pattern.size;
}

static int any_pattern(struct reader patterns, struct text word) {
    for (uint64_t count = number(&patterns, 4); count > 0; count--)
        if (matches(pattern(&patterns), word)) return 1;
    return 0;
}

static int any_word(struct reader patterns, struct words words) {
    struct text word;
    while (take(&words, &word))
        if (any_pattern(patterns, word)) return 1;
    return 0;
}

static int each_word(struct reader patterns, struct words words) {
    struct text word;
    while (take(&words, &word))
        if (!any_pattern(patterns, word)) return 0;
    return 1;
}

static int word_by_word(struct reader patterns, struct words words, int is_open) {
    struct text word;
    for (uint64_t count = number(&patterns, 4); count > 0; count--)
        if (!take(&words, &word) || !matches(pattern(&patterns), word)) return 0;
    return is_open || !take(&words, &word);
}

// What denies is wider: options, and what may be their values, may stand before each word, and anything after the last.
static int past_options(struct reader patterns, struct words words) {
    struct text word;
    int is_behind_option = 0;
    for (uint64_t count = number(&patterns, 4); count > 0; count--) {
        struct text wanted = pattern(&patterns);
        for (;;) {
            if (!take(&words, &word)) return 0;
            if (matches(wanted, word)) break;
            if (!is_option(wanted) && !is_option(word) && !is_behind_option) return 0;
            is_behind_option = is_option(word);
        }
        is_behind_option = 0;
    }
    return 1;
}

struct rule {
    uint32_t number;
    int denies;
    uint8_t kind;
    struct reader patterns, denied;
};

static struct rule take_rule(struct reader *rules) {
    struct rule rule;
    rule.number = (uint32_t)number(rules, 4);
    rule.denies = (int)number(rules, 1);
    rule.kind = (uint8_t)number(rules, 1);
    rule.patterns = part(rules);
    rule.denied = part(rules);
    return rule;
}

static int denies(const struct rule *rule, struct words words) {
    switch (rule->kind) {
    case CJAIL_WORDS:
    case CJAIL_WORDS_AND_MORE: return past_options(rule->patterns, words);
    case CJAIL_EACH_OF: {
        struct reader patterns = rule->patterns;
        return number(&patterns, 4) == 0 ? words.next >= words.end : any_word(rule->patterns, words);
    }
    default: return 1;
    }
}

static int allows(const struct rule *rule, struct words words) {
    switch (rule->kind) {
    case CJAIL_WORDS: return word_by_word(rule->patterns, words, 0);
    case CJAIL_WORDS_AND_MORE: return word_by_word(rule->patterns, words, 1);
    case CJAIL_EACH_OF: return each_word(rule->patterns, words);
    default: return 1;
    }
}

static int64_t judge(struct reader rules, int allows_others, struct words words) {
    for (uint64_t count = number(&rules, 4); count > 0; count--) {
        struct rule rule = take_rule(&rules);
        if (rule.denies) {
            if (denies(&rule, words)) return rule.number;
            continue;
        }
        if (any_word(rule.denied, words)) return rule.number;
        if (allows(&rule, words)) return CJAIL_ALLOWED;
    }
    return allows_others ? CJAIL_ALLOWED : CJAIL_NO_RULE;
}

static int find(const void *rules, size_t bytes, uint64_t device, uint64_t inode, struct reader *found) {
    struct reader all = {rules, (const uint8_t *)rules + bytes};
    for (uint64_t count = number(&all, 4); count > 0; count--) {
        struct reader program = part(&all);
        if (number(&program, 8) != device || number(&program, 8) != inode) continue;
        *found = program;
        return 1;
    }
    return 0;
}

int cjail_is_judged(const void *rules, size_t bytes, uint64_t device, uint64_t inode) {
    struct reader program;
    return find(rules, bytes, device, inode, &program);
}

int64_t cjail_judge(
    const void *rules, size_t bytes, uint64_t device, uint64_t inode, const char *arguments, size_t argument_bytes) {
    struct reader program;
    if (!find(rules, bytes, device, inode, &program)) return CJAIL_ALLOWED;
    const int allows_others = (int)number(&program, 1);
    struct text name = pattern(&program), called;
    struct words words = {arguments, arguments + argument_bytes};
    // Nobody is called nothing at all.
    if (!take(&words, &called)) return CJAIL_NO_RULE;
    const int64_t answer = judge(program, allows_others, words);
    if (answer != CJAIL_ALLOWED) return answer;
    // A program called `git-push` takes the rest of its name for its first word. It has to pass both ways.
    for (size_t i = called.size; i > 0; i--)
        if (called.start[i - 1] == '/') {
            called.start += i;
            called.size -= i;
            break;
        }
    if (called.size <= name.size + 1 || memcmp(called.start, name.start, name.size) != 0
        || called.start[name.size] != '-')
        return answer;
    words.next = (const char *)called.start + name.size + 1;
    return judge(program, allows_others, words);
}
