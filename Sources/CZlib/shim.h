#ifndef WEIR_CZLIB_SHIM_H
#define WEIR_CZLIB_SHIM_H
#include <zlib.h>

/* Swift cannot import zlib's initialising macros. 16 + 15 asks for a gzip wrapper with the largest window. */
static inline int weir_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 16 + 15); }

static inline int weir_deflate_init_gzip(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 16 + 15, 9, Z_DEFAULT_STRATEGY);
}

#endif
