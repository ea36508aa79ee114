// JPEG by libjpeg: large images are read at a half, a quarter or an eighth already. C, as the library.
#include "imager.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

static void error_exit(j_common_ptr info) {
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    fail("%s", text);
}

// Warnings: what is broken in the middle is shown as far as it goes.
static void output_message(j_common_ptr info) { (void)info; }

static struct jpeg_error_mgr *errors(struct jpeg_error_mgr *errors) {
    jpeg_std_error(errors);
    errors->error_exit = error_exit;
    errors->output_message = output_message;
    return errors;
}

static int orientation(const struct jpeg_decompress_struct *info) {
    for (jpeg_saved_marker_ptr marker = info->marker_list; marker; marker = marker->next) {
        if (marker->marker == JPEG_APP0 + 1) {
            int found = exif_orientation(marker->data, marker->data_length);
            if (found) return found;
        }
    }
    return 1;
}

// Of Adobe's four inks, which are written the other way round; without colour management it is near enough.
static void pixel_of_inks(const uint8_t *inks, uint8_t *pixel) {
    for (int part = 0; part < 3; part++) pixel[part] = (uint8_t)(inks[part] * inks[3] / 255);
}

struct picture read_jpeg(struct input input, unsigned side) {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr manager;
    memset(&info, 0, sizeof info);
    info.err = errors(&manager);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, input.bytes, input.count);
    jpeg_save_markers(&info, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&info, TRUE);
    check_size(
        info.image_width, info.image_height, jpeg_has_multiple_scans(&info) ? PIXELS_WHOLE_MAX : PIXELS_ROWS_MAX);
    unsigned longer = info.image_width > info.image_height ? info.image_width : info.image_height;
    info.scale_num = 1;
    info.scale_denom = 1;
    while (info.scale_denom < 8 && longer / (info.scale_denom * 2) >= side) info.scale_denom *= 2;
    int has_inks = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
    info.out_color_space = has_inks ? JCS_CMYK : JCS_EXT_RGBA;
    jpeg_start_decompress(&info);
    struct scaler *scaler = scaler_make(info.output_width, info.output_height, side);
    uint8_t *row = reserve((size_t)info.output_width * 4, 1);
    while (info.output_scanline < info.output_height) {
        JSAMPROW rows[1] = {row};
        jpeg_read_scanlines(&info, rows, 1);
        if (has_inks) {
            for (unsigned x = 0; x < info.output_width; x++) {
                uint8_t *pixel = row + (size_t)x * 4;
                pixel_of_inks(pixel, pixel);
                pixel[3] = 255;
            }
        }
        scaler_row(scaler, row);
    }
    struct picture picture = scaler_end(scaler);
    picture.original_width = info.image_width;
    picture.original_height = info.image_height;
    orient(&picture, orientation(&info));
    return picture;
}

enum { QUALITY = 85 };

struct output write_jpeg(const struct picture *picture) {
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr manager;
    memset(&info, 0, sizeof info);
    info.err = errors(&manager);
    jpeg_create_compress(&info);
    unsigned char *bytes = NULL;
    unsigned long count = 0;
    jpeg_mem_dest(&info, &bytes, &count);
    info.image_width = picture->width;
    info.image_height = picture->height;
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, QUALITY, TRUE);
    jpeg_start_compress(&info, TRUE);
    uint8_t *row = reserve((size_t)picture->width * 3, 1);
    while (info.next_scanline < info.image_height) {
        const uint8_t *from = picture->pixels + (size_t)info.next_scanline * picture->width * 4;
        for (unsigned x = 0; x < picture->width; x++, from += 4) {
            for (int part = 0; part < 3; part++) {
                row[x * 3 + (unsigned)part] = (uint8_t)((from[part] * from[3] + 255 * (255 - from[3])) / 255);
            }
        }
        JSAMPROW rows[1] = {row};
        jpeg_write_scanlines(&info, rows, 1);
    }
    jpeg_finish_compress(&info);
    return (struct output){bytes, count};
}
