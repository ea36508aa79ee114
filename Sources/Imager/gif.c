// The first image of a GIF, by giflib. C, as the library.
#include "imager.h"

#include <string.h>

#include <gif_lib.h>

static int take(GifFileType *gif, GifByteType *to, int count) {
    struct input *input = gif->UserData;
    size_t most = (size_t)count < input->count ? (size_t)count : input->count;
    memcpy(to, input->bytes, most);
    input->bytes += most;
    input->count -= most;
    return (int)most;
}

static _Noreturn void broken(const GifFileType *gif) {
    const char *text = gif ? GifErrorString(gif->Error) : NULL;
    fail("%s", text ? text : "it is broken or cut off");
}

// Rows of an interlaced image come in four passes.
static void read_rows(GifFileType *gif, uint8_t *places, unsigned width, unsigned height) {
    static const unsigned first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    int is_interlaced = gif->Image.Interlace;
    for (int pass = 0; pass < (is_interlaced ? 4 : 1); pass++) {
        for (unsigned y = is_interlaced ? first[pass] : 0; y < height; y += is_interlaced ? step[pass] : 1) {
            if (DGifGetLine(gif, places + (size_t)y * width, (int)width) == GIF_ERROR) broken(gif);
        }
    }
}

static void skip_or_note(GifFileType *gif, int *transparent) {
    int code;
    GifByteType *block;
    if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) broken(gif);
    while (block) {
        GraphicsControlBlock control;
        if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
            *transparent = control.TransparentColor;
        }
        if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) broken(gif);
    }
}

static struct picture scaled(GifFileType *gif, const uint8_t *places, int transparent, unsigned side) {
    const ColorMapObject *colors = gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
    if (!colors) fail("it has no colours");
    unsigned left = (unsigned)gif->Image.Left, top = (unsigned)gif->Image.Top;
    unsigned width = (unsigned)gif->Image.Width, height = (unsigned)gif->Image.Height;
    struct scaler *scaler = scaler_make((unsigned)gif->SWidth, (unsigned)gif->SHeight, side);
    uint8_t *row = reserve((size_t)gif->SWidth, 4);
    for (unsigned y = 0; y < (unsigned)gif->SHeight; y++) {
        memset(row, 0, (size_t)gif->SWidth * 4);
        for (unsigned x = 0; y >= top && y - top < height && x < width && left + x < (unsigned)gif->SWidth; x++) {
            int place = places[(size_t)(y - top) * width + x];
            if (place == transparent || place >= colors->ColorCount) continue;
            uint8_t *pixel = row + (size_t)(left + x) * 4;
            pixel[0] = colors->Colors[place].Red;
            pixel[1] = colors->Colors[place].Green;
            pixel[2] = colors->Colors[place].Blue;
            pixel[3] = 255;
        }
        scaler_row(scaler, row);
    }
    return scaler_end(scaler);
}

struct picture read_gif(struct input input, unsigned side) {
    int code = 0, transparent = NO_TRANSPARENT_COLOR;
    GifFileType *gif = DGifOpen(&input, take, &code);
    if (!gif) fail("it is broken or cut off");
    check_size((unsigned)gif->SWidth, (unsigned)gif->SHeight, PIXELS_WHOLE_MAX);
    for (;;) {
        GifRecordType kind;
        if (DGifGetRecordType(gif, &kind) == GIF_ERROR) broken(gif);
        if (kind == EXTENSION_RECORD_TYPE) {
            skip_or_note(gif, &transparent);
        } else if (kind == IMAGE_DESC_RECORD_TYPE) {
            if (DGifGetImageDesc(gif) == GIF_ERROR) broken(gif);
            unsigned width = (unsigned)gif->Image.Width, height = (unsigned)gif->Image.Height;
            check_size(width, height, PIXELS_WHOLE_MAX);
            uint8_t *places = reserve((size_t)width * height, 1);
            read_rows(gif, places, width, height);
            return scaled(gif, places, transparent, side);
        } else {
            fail("it holds no image");
        }
    }
}
