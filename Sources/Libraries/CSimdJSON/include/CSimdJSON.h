#ifndef CSIMDJSON_H
#define CSIMDJSON_H

const char *csimdjson_version(void);

#endif
