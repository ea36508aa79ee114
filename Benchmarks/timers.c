#define _GNU_SOURCE
#include "timers.h"

#include "wire.h"

#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

void timers_open(struct timers *timers) {
    *timers = (struct timers){ .fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC) };
    if (timers->fd < 0) die("timerfd_create");
}

// Places count from 1, so that a zeroed timer is one that is not in the heap.
static void put(struct timers *timers, size_t place, struct timer *timer) {
    timers->heap[place] = timer;
    timer->place = place;
}

static void sift_up(struct timers *timers, size_t place) {
    struct timer *moving = timers->heap[place];
    while (place > 1 && timers->heap[place / 2]->due > moving->due) {
        put(timers, place, timers->heap[place / 2]);
        place /= 2;
    }
    put(timers, place, moving);
}

static void sift_down(struct timers *timers, size_t place) {
    struct timer *moving = timers->heap[place];
    for (size_t child = place * 2; child <= timers->count; child = place * 2) {
        if (child < timers->count && timers->heap[child + 1]->due < timers->heap[child]->due) child++;
        if (timers->heap[child]->due >= moving->due) break;
        put(timers, place, timers->heap[child]);
        place = child;
    }
    put(timers, place, moving);
}

void timers_cancel(struct timers *timers, struct timer *timer) {
    size_t place = timer->place;
    if (place == 0) return;
    timer->place = 0;
    struct timer *last = timers->heap[timers->count--];
    if (last == timer) return;
    put(timers, place, last);
    sift_up(timers, place);
    sift_down(timers, last->place);
}

void timers_set(struct timers *timers, struct timer *timer, uint64_t due) {
    timers_cancel(timers, timer);
    if (timers->count + 2 > timers->room) {
        timers->room = timers->room ? timers->room * 2 : 256;
        timers->heap = realloc(timers->heap, timers->room * sizeof *timers->heap);
        if (!timers->heap) die("no memory for timers");
    }
    timer->due = due;
    put(timers, ++timers->count, timer);
    sift_up(timers, timers->count);
}

struct timer *timers_pop(struct timers *timers, uint64_t now) {
    if (timers->count == 0 || timers->heap[1]->due > now) return NULL;
    struct timer *first = timers->heap[1];
    timers_cancel(timers, first);
    return first;
}

void timers_arm(struct timers *timers) {
    uint64_t due = timers->count ? timers->heap[1]->due : 0;
    if (due == timers->armed) return;
    struct itimerspec when = { .it_value = { .tv_sec = (time_t)(due / 1000000000u),
                                             .tv_nsec = (long)(due % 1000000000u) } };
    if (timerfd_settime(timers->fd, TFD_TIMER_ABSTIME, &when, NULL) != 0) die("timerfd_settime");
    timers->armed = due;
}

void timers_acknowledge(struct timers *timers) {
    uint64_t expirations;
    if (read(timers->fd, &expirations, sizeof expirations) > 0) timers->armed = 0;
}
