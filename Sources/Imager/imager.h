// What the parts of sidecar-image share. C, because the libraries are; nothing of Swift, so that it starts in a millisecond.
#ifndef IMAGER_H
#define IMAGER_H

#include <stddef.h>
#include <stdint.h>

enum {
    // Of decoders that need all of an image at once, and of those that go row by row.
    PIXELS_WHOLE_MAX = 50000000,
    PIXELS_ROWS_MAX = 400000000,
};

// The whole input.
struct input {
    const uint8_t *bytes;
    size_t count;
};

// What comes out: rows of RGBA, not premultiplied.
struct picture {
    unsigned width, height;
    uint8_t *pixels;
    // Some of it can be seen through.
    int has_alpha;
    // What it was before.
    unsigned original_width, original_height;
};

// Says why on standard error, and ends. Nothing has to be put away: the process is for one image.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *reserve(size_t count, size_t size);
// Ends where there are none, or too many.
void check_size(unsigned width, unsigned height, long most);

// Room for an image of that size, made so small that its longer side has at most `side` pixels.
struct picture picture_make(unsigned width, unsigned height, unsigned side);

// Rows go in from top to bottom, each `width` pixels of RGBA; what comes out has at most `side` pixels on its longer side. Each pixel is
// the mean of all that it stands for.
struct scaler;
struct scaler *scaler_make(unsigned width, unsigned height, unsigned side);
void scaler_row(struct scaler *scaler, const uint8_t *row);
struct picture scaler_end(struct scaler *scaler);

struct picture read_jpeg(struct input input, unsigned side);
struct picture read_png(struct input input, unsigned side);
struct picture read_webp(struct input input, unsigned side);
struct picture read_gif(struct input input, unsigned side);

// What cameras write beside the pixels: how the image is to be held. 1 to 8, 1 as it is.
int exif_orientation(const uint8_t *data, size_t count);
void orient(struct picture *picture, int orientation);

struct output {
    uint8_t *bytes;
    size_t count;
};
struct output write_png(const struct picture *picture);
// What can be seen through is on white.
struct output write_jpeg(const struct picture *picture);

#endif
