// SQLite's own header, and the one thing of it that Swift cannot say: SQLITE_TRANSIENT is a cast to a function, by which
// SQLite copies what it is given.
#include <sqlite3.h>

static inline int csqlite_bind_text(sqlite3_stmt *statement, int place, const char *text, int bytes) {
    return sqlite3_bind_text(statement, place, text, bytes, SQLITE_TRANSIENT);
}
