#ifndef CZLIB_H
#define CZLIB_H

#include <stddef.h>
#include <stdint.h>

// zlib behind two calls: its own header is made of macros, which Swift can't call.

/// The most that so many bytes become as a gzip file (RFC 1952).
size_t czlib_gzip_bound(size_t count);

/// Writes `count` bytes as a gzip file, at the quickest level; returns its length, 0 where `capacity` does not do.
size_t czlib_gzip(const uint8_t *bytes, size_t count, uint8_t *output, size_t capacity);

#endif
