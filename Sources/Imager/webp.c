// WebP by libwebp, which makes it smaller while it reads. C, as the library.
#include "imager.h"

#include <webp/decode.h>

struct picture read_webp(struct input input, unsigned side) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) fail("libwebp is another one than this was built with");
    if (WebPGetFeatures(input.bytes, input.count, &config.input) != VP8_STATUS_OK) fail("it is broken or cut off");
    if (config.input.has_animation) fail("it moves, and only images that do not are made smaller");
    unsigned width = (unsigned)config.input.width, height = (unsigned)config.input.height;
    check_size(width, height, PIXELS_WHOLE_MAX);
    struct picture picture = picture_make(width, height, side);
    config.options.use_scaling = picture.width != width;
    config.options.scaled_width = (int)picture.width;
    config.options.scaled_height = (int)picture.height;
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = picture.pixels;
    config.output.u.RGBA.stride = (int)picture.width * 4;
    config.output.u.RGBA.size = (size_t)picture.width * picture.height * 4;
    if (WebPDecode(input.bytes, input.count, &config) != VP8_STATUS_OK) fail("it is broken or cut off");
    picture.has_alpha = config.input.has_alpha;
    return picture;
}
