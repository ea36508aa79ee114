#include "samples.h"

#include "wire.h"

#include <stdio.h>
#include <stdlib.h>

void samples_add(struct samples *samples, uint64_t nanoseconds) {
    if (samples->count == samples->room) {
        samples->room = samples->room ? samples->room * 2 : 4096;
        samples->values = realloc(samples->values, samples->room * sizeof *samples->values);
        if (!samples->values) die("no memory for samples");
    }
    samples->values[samples->count++] = nanoseconds;
}

static int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

uint64_t samples_percentile(struct samples *samples, double share) {
    if (samples->count == 0) return 0;
    qsort(samples->values, samples->count, sizeof *samples->values, ascending);
    return samples->values[(size_t)(share * (double)(samples->count - 1))];
}

void samples_print(struct samples *samples, const char *name) {
    static const struct {
        const char *name;
        double share;
    } wanted[] = {
        { "min", 0 }, { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "max", 1 },
    };
    printf("\"%s\":{\"count\":%zu", name, samples->count);
    samples_percentile(samples, 0);
    for (size_t index = 0; index < sizeof wanted / sizeof *wanted; index++) {
        uint64_t value =
            samples->count ? samples->values[(size_t)(wanted[index].share * (double)(samples->count - 1))] : 0;
        printf(",\"%s\":%.1f", wanted[index].name, (double)value / 1000);
    }
    printf("}");
}
