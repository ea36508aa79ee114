#include <simdjson.h>

extern "C" {
#include "CSimdJSON.h"

const char *csimdjson_version(void) { return SIMDJSON_STRINGIFY(SIMDJSON_VERSION); }
}
