#include "CZlib.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

/// gzip's head and tail, beyond what zlib's own frame takes.
static const size_t frame = 32;

size_t czlib_gzip_bound(size_t count) { return compressBound(count) + frame; }

size_t czlib_gzip(const uint8_t *bytes, size_t count, uint8_t *output, size_t capacity) {
    z_stream stream;
    if (count > UINT_MAX || capacity > UINT_MAX) return 0;
    memset(&stream, 0, sizeof stream);
    // 15 + 16: the largest window, in the form of a gzip file.
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = output;
    stream.avail_out = (uInt)capacity;
    const int status = deflate(&stream, Z_FINISH);
    const size_t length = stream.total_out;
    deflateEnd(&stream);
    return status == Z_STREAM_END ? length : 0;
}
