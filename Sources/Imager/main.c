// sidecar-image SIDE BYTES   makes an image smaller: from standard input to standard output
//
// PNG, JPEG, GIF (the first of its images) and WebP come in; PNG or JPEG goes out, with at most SIDE pixels on its longer side and at most
// BYTES bytes, behind a line that says `TYPE WIDTH HEIGHT ORIGINAL-WIDTH ORIGINAL-HEIGHT`. It runs in a jail that holds nothing but itself and
// the libraries that decode: they are what images are made to attack.
#include "imager.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INPUT_MAX = 64 << 20 };

_Noreturn void fail(const char *format, ...) {
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    exit(1);
}

void *reserve(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) fail("there is not enough memory for it");
    return memory;
}

void check_size(unsigned width, unsigned height, long most) {
    if (width == 0 || height == 0) fail("it has no pixels");
    if ((long)width * (long)height > most) fail("it is %u x %u pixels, more than can be made smaller here", width, height);
}

static struct input read_all(void) {
    size_t room = 1 << 20, count = 0;
    uint8_t *bytes = reserve(room, 1);
    for (;;) {
        if (count == room) {
            if (room >= INPUT_MAX) fail("it has more than %d bytes", INPUT_MAX);
            room *= 2;
            bytes = realloc(bytes, room);
            if (!bytes) fail("there is not enough memory for it");
        }
        ssize_t more = read(0, bytes + count, room - count);
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) fail("it cannot be read: %s", strerror(errno));
        if (more == 0) break;
        count += (size_t)more;
    }
    return (struct input){bytes, count};
}

static int starts(struct input input, size_t at, const char *mark, size_t count) {
    return input.count >= at + count && memcmp(input.bytes + at, mark, count) == 0;
}

static void put(const void *bytes, size_t count) {
    if (fwrite(bytes, 1, count, stdout) != count) fail("it cannot be written");
}

static unsigned number(const char *text) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text == 0 || *end != 0 || value == 0 || value > 1 << 30) fail("sidecar-image SIDE BYTES");
    return (unsigned)value;
}

int main(int count, char **words) {
    if (count != 3) fail("sidecar-image SIDE BYTES");
    unsigned side = number(words[1]), most = number(words[2]);
    struct input input = read_all();
    struct picture picture;
    // Line art stays sharp as PNG; photographs would be five times as long.
    int is_drawn = 1;
    if (starts(input, 0, "\xff\xd8\xff", 3)) {
        picture = read_jpeg(input, side);
        is_drawn = 0;
    } else if (starts(input, 0, "\x89PNG\r\n\x1a\n", 8)) {
        picture = read_png(input, side);
    } else if (starts(input, 0, "GIF8", 4)) {
        picture = read_gif(input, side);
    } else if (starts(input, 0, "RIFF", 4) && starts(input, 8, "WEBP", 4)) {
        picture = read_webp(input, side);
        is_drawn = picture.has_alpha;
    } else {
        fail("it is no image of a known kind");
    }
    const char *type = "image/png";
    struct output output = {0, 0};
    if (is_drawn) output = write_png(&picture);
    if (!is_drawn || output.count > most) {
        type = "image/jpeg";
        output = write_jpeg(&picture);
    }
    if (output.count > most) fail("it has %zu bytes even when it is small", output.count);
    char head[128];
    int length = snprintf(
        head, sizeof head, "%s %u %u %u %u\n", type, picture.width, picture.height, picture.original_width,
        picture.original_height);
    put(head, (size_t)length);
    put(output.bytes, output.count);
    if (fflush(stdout) != 0) fail("it cannot be written");
    return 0;
}
