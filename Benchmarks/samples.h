// Measured durations, all kept, so that percentiles are exact.
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
    uint64_t *values;
    size_t count, room;
};

void samples_add(struct samples *samples, uint64_t nanoseconds);

/// Writes `"name":{"count":…,"min":…,"p50":…,"p90":…,"p99":…,"max":…}` in microseconds to stdout.
/// Sorts the samples.
void samples_print(struct samples *samples, const char *name);

/// The value below which `share` (0 to 1) of the samples lie; 0 without samples. Sorts the samples.
uint64_t samples_percentile(struct samples *samples, double share);

#endif
