// PNG by libpng, a row at a time where the file has them in their order. C, as the library.
#include "imager.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

static void on_error(png_structp png, png_const_charp text) {
    (void)png;
    fail("%s", text);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take(png_structp png, png_bytep to, size_t count) {
    struct input *input = png_get_io_ptr(png);
    if (input->count < count) fail("it ends in the middle");
    memcpy(to, input->bytes, count);
    input->bytes += count;
    input->count -= count;
}

struct picture read_png(struct input input, unsigned side) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) fail("there is not enough memory for it");
    png_set_read_fn(png, &input, take);
    png_set_user_limits(png, 1 << 20, 1 << 20);
    png_read_info(png, info);
    unsigned width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    int is_interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
    check_size(width, height, is_interlaced ? PIXELS_WHOLE_MAX : PIXELS_ROWS_MAX);
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
    if (is_interlaced) png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)width * 4) fail("its rows have another length than they say");
    struct scaler *scaler = scaler_make(width, height, side);
    if (is_interlaced) {
        uint8_t *pixels = reserve((size_t)width * height, 4);
        png_bytep *rows = reserve(height, sizeof *rows);
        for (unsigned y = 0; y < height; y++) rows[y] = pixels + (size_t)y * width * 4;
        png_read_image(png, rows);
        for (unsigned y = 0; y < height; y++) scaler_row(scaler, rows[y]);
    } else {
        uint8_t *row = reserve(width, 4);
        for (unsigned y = 0; y < height; y++) {
            png_read_row(png, row, NULL);
            scaler_row(scaler, row);
        }
    }
    return scaler_end(scaler);
}

struct growing {
    struct output output;
    size_t room;
};

static void append(png_structp png, png_bytep bytes, size_t count) {
    struct growing *to = png_get_io_ptr(png);
    if (to->output.count + count > to->room) {
        to->room = (to->output.count + count) * 2;
        to->output.bytes = realloc(to->output.bytes, to->room);
        if (!to->output.bytes) fail("there is not enough memory for it");
    }
    memcpy(to->output.bytes + to->output.count, bytes, count);
    to->output.count += count;
}

static void flush(png_structp png) { (void)png; }

struct output write_png(const struct picture *picture) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) fail("there is not enough memory for it");
    struct growing to = {{NULL, 0}, 0};
    png_set_write_fn(png, &to, append, flush);
    png_set_IHDR(
        png, info, picture->width, picture->height, 8, picture->has_alpha ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB,
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    if (!picture->has_alpha) png_set_filler(png, 0, PNG_FILLER_AFTER);
    for (unsigned y = 0; y < picture->height; y++) {
        png_write_row(png, picture->pixels + (size_t)y * picture->width * 4);
    }
    png_write_end(png, NULL);
    return to.output;
}
