// Timers of one event loop: a binary heap by due time, and one timerfd armed for the earliest.
#ifndef BENCH_TIMERS_H
#define BENCH_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/// Embedded as the first member of what it belongs to. Owned by that; `place` is 0 while it is not in a heap.
struct timer {
    uint64_t due;
    size_t place;
};

struct timers {
    int fd;         // the timerfd, to be watched for reading
    uint64_t armed; // what the timerfd is set to, 0 when it is not
    size_t count, room;
    struct timer **heap;
};

void timers_open(struct timers *timers);

/// Sets or moves the timer.
void timers_set(struct timers *timers, struct timer *timer, uint64_t due);
void timers_cancel(struct timers *timers, struct timer *timer);

/// Takes out the earliest timer that is due by `now`, or NULL.
struct timer *timers_pop(struct timers *timers, uint64_t now);

/// To be called before waiting: arms the timerfd when the earliest has changed.
void timers_arm(struct timers *timers);

/// To be called when the timerfd is readable.
void timers_acknowledge(struct timers *timers);

#endif
