#ifndef WEIR_CISAL_SHIM_H
#define WEIR_CISAL_SHIM_H
#include <isa-l/igzip_lib.h>

/* Begins a gzip member behind its header; its CRC and length are checked by the library. */
static inline void weir_isal_begin_member(struct inflate_state *state) {
  isal_inflate_reset(state);
  state->crc_flag = ISAL_GZIP_NO_HDR_VER;
}

static inline int weir_isal_member_ended(const struct inflate_state *state) {
  return state->block_state == ISAL_BLOCK_FINISH;
}

#endif
