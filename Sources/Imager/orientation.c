// How a camera was held: the first directory of EXIF's data, which is a TIFF file, has it under the number 0x0112. C, beside its callers.
#include "imager.h"

#include <stdlib.h>
#include <string.h>

static unsigned word(const uint8_t *at, int is_little) {
    return is_little ? (unsigned)(at[0] | at[1] << 8) : (unsigned)(at[0] << 8 | at[1]);
}

static size_t long_word(const uint8_t *at, int is_little) {
    unsigned first = word(at, is_little), second = word(at + 2, is_little);
    return is_little ? (size_t)second << 16 | first : (size_t)first << 16 | second;
}

int exif_orientation(const uint8_t *data, size_t count) {
    if (count < 14 || memcmp(data, "Exif\0\0", 6) != 0) return 0;
    data += 6;
    count -= 6;
    int is_little = data[0] == 'I';
    size_t place = long_word(data + 4, is_little);
    if (place + 2 > count) return 0;
    unsigned entries = word(data + place, is_little);
    for (unsigned index = 0; index < entries; index++) {
        size_t entry = place + 2 + (size_t)index * 12;
        if (entry + 12 > count) return 0;
        if (word(data + entry, is_little) != 0x0112) continue;
        unsigned value = word(data + entry + 8, is_little);
        return value >= 1 && value <= 8 ? (int)value : 0;
    }
    return 0;
}

void orient(struct picture *picture, int orientation) {
    if (orientation <= 1 || orientation > 8) return;
    int turns = orientation >= 5;
    unsigned width = turns ? picture->height : picture->width, height = turns ? picture->width : picture->height;
    uint8_t *pixels = reserve((size_t)width * height, 4);
    for (unsigned y = 0; y < height; y++) {
        for (unsigned x = 0; x < width; x++) {
            // Where what is seen at (x, y) lies in the file.
            unsigned from_x = turns ? y : x, from_y = turns ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
                from_x = picture->width - 1 - from_x;
            }
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
                from_y = picture->height - 1 - from_y;
            }
            memcpy(
                pixels + ((size_t)y * width + x) * 4, picture->pixels + ((size_t)from_y * picture->width + from_x) * 4,
                4);
        }
    }
    free(picture->pixels);
    picture->pixels = pixels;
    picture->width = width;
    picture->height = height;
    if (turns) {
        unsigned original = picture->original_width;
        picture->original_width = picture->original_height;
        picture->original_height = original;
    }
}
