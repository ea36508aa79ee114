// Who of a run has ended or stopped. A stop and an end are each told once, to whoever waits first, so this is the only place
// that waits.
#ifndef CJAIL_WAITING_H
#define CJAIL_WAITING_H

#include "include/CJail.h"

// Before anything else here; `asked`: executions wait for our answer.
void cjail_begin_waiting(int command, int asked, const struct cjail_setup *setup);
// For all who have ended or stopped by now.
void cjail_wait_for_all(void);
// Whether the command was among them, and how it ended.
int cjail_has_ended(int *status);

#endif
