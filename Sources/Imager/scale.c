// Smaller by the mean of areas, one row at a time, so that only the result is ever held. Colours count by how much of them is seen. C:
// it is called for each row that a decoder has.
#include "imager.h"

#include <stdlib.h>
#include <string.h>

struct scaler {
    unsigned width, height, row;
    struct picture to;
    // One row of sums across, and the sums of the row of the result that is being filled and of the next.
    float *across, *down[2];
    // How much of the row that is being filled is there.
    unsigned filling;
};

struct picture picture_make(unsigned width, unsigned height, unsigned side) {
    struct picture picture = {.width = width, .height = height, .original_width = width, .original_height = height};
    unsigned longer = width > height ? width : height;
    if (longer > side) {
        picture.width = (unsigned)((double)width * side / longer + 0.5);
        picture.height = (unsigned)((double)height * side / longer + 0.5);
    }
    if (picture.width == 0) picture.width = 1;
    if (picture.height == 0) picture.height = 1;
    picture.pixels = reserve((size_t)picture.width * picture.height, 4);
    return picture;
}

struct scaler *scaler_make(unsigned width, unsigned height, unsigned side) {
    struct scaler *scaler = reserve(1, sizeof *scaler);
    scaler->width = width;
    scaler->height = height;
    scaler->to = picture_make(width, height, side);
    size_t count = (size_t)scaler->to.width * 4;
    scaler->across = reserve(count, sizeof(float));
    for (int index = 0; index < 2; index++) scaler->down[index] = reserve(count, sizeof(float));
    return scaler;
}

static void add(float *sum, const uint8_t *pixel, float weight) {
    float seen = weight * (float)pixel[3] / 255.0f;
    sum[0] += seen * (float)pixel[0];
    sum[1] += seen * (float)pixel[1];
    sum[2] += seen * (float)pixel[2];
    sum[3] += weight * (float)pixel[3];
}

// A pixel lies in one of the result, or on the border of two.
static void sum_across(struct scaler *scaler, const uint8_t *row) {
    unsigned from = scaler->width, to = scaler->to.width;
    memset(scaler->across, 0, (size_t)to * 4 * sizeof(float));
    for (unsigned x = 0; x < from; x++) {
        uint64_t start = (uint64_t)x * to, end = start + to;
        unsigned first = (unsigned)(start / from);
        uint64_t border = (uint64_t)(first + 1) * from;
        const uint8_t *pixel = row + (size_t)x * 4;
        if (end <= border || first + 1 >= to) {
            add(scaler->across + (size_t)first * 4, pixel, 1);
        } else {
            float part = (float)(border - start) / (float)to;
            add(scaler->across + (size_t)first * 4, pixel, part);
            add(scaler->across + (size_t)(first + 1) * 4, pixel, 1 - part);
        }
    }
}

static uint8_t rounded(float value) { return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f); }

static void finish_row(struct scaler *scaler) {
    unsigned width = scaler->to.width;
    float area = (float)scaler->width / (float)width * (float)scaler->height / (float)scaler->to.height;
    uint8_t *out = scaler->to.pixels + (size_t)scaler->filling * width * 4;
    const float *sum = scaler->down[0];
    for (unsigned x = 0; x < width; x++, sum += 4, out += 4) {
        float seen = sum[3] / 255.0f;
        for (int part = 0; part < 3; part++) out[part] = seen > 0 ? rounded(sum[part] / seen) : 0;
        out[3] = rounded(sum[3] / area);
        if (out[3] < 255) scaler->to.has_alpha = 1;
    }
    float *done = scaler->down[0];
    scaler->down[0] = scaler->down[1];
    scaler->down[1] = done;
    memset(done, 0, (size_t)width * 4 * sizeof(float));
    scaler->filling++;
}

static void sum_down(struct scaler *scaler, float *to, float weight) {
    size_t count = (size_t)scaler->to.width * 4;
    for (size_t index = 0; index < count; index++) to[index] += weight * scaler->across[index];
}

void scaler_row(struct scaler *scaler, const uint8_t *row) {
    unsigned from = scaler->height, to = scaler->to.height;
    if (scaler->row >= from) return;
    sum_across(scaler, row);
    uint64_t start = (uint64_t)scaler->row * to, end = start + to;
    uint64_t border = (uint64_t)(scaler->filling + 1) * from;
    if (end < border || scaler->filling + 1 >= to) {
        sum_down(scaler, scaler->down[0], 1);
    } else {
        float part = (float)(border - start) / (float)to;
        sum_down(scaler, scaler->down[0], part);
        if (part < 1) sum_down(scaler, scaler->down[1], 1 - part);
        finish_row(scaler);
    }
    scaler->row++;
    if (scaler->row == from && scaler->filling < to) finish_row(scaler);
}

struct picture scaler_end(struct scaler *scaler) {
    // A decoder that broke off would leave nothing where the rest belongs.
    if (scaler->row < scaler->height) fail("it ends in the middle");
    return scaler->to;
}
