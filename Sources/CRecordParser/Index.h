#ifndef WEIR_INDEX_H
#define WEIR_INDEX_H
/*
 * The index of separators: where each blank and line feed stands, in order. It is made chunk by chunk, without a branch
 * on what the bytes are. Whether the line feeds stand where the plan wants them is asked once a chunk.
 *
 * A variant's file defines WEIR_TARGET first, and what reads the bytes: weir_scan and its functions,
 * and weir_lowest.
 */
#include "Internal.h"

enum {
  WEIR_CHUNK_BLOCKS = 32,
  /* Separators of a block that are written at once; text rarely has more. */
  WEIR_USUAL_SEPARATORS = 11
};

typedef struct {
  /* How many separators are known; ends[0] is the byte before the first line. */
  uint32_t count;
  /* The first separator of the first line that was not taken. */
  uint32_t next;
  /* Up to where the block is classified. */
  size_t scanned;
  /* 1 if the last byte classified is a separator. */
  uint64_t carry;
  /* Not 0 when two separators stood side by side. */
  uint64_t empty_fields;
  /* Whether some line of the chunk may be irregular; each line is then looked at. What is odd stays odd. */
  bool is_odd;
  uint32_t ends[1 + WEIR_COLUMN_LIMIT + WEIR_CHUNK_BLOCKS * 64 + 64];
} weir_index;

WEIR_TARGET WEIR_INLINE void weir_index_begin(weir_index *index, size_t position) {
  index->count = index->next = 1;
  index->scanned = position;
  index->carry = 1;
  index->empty_fields = 0;
  index->is_odd = false;
  index->ends[0] = (uint32_t)position - 1;
}

/* Writes the place of the lowest bit. The empty statement keeps the compiler from gathering places in a vector. */
WEIR_TARGET WEIR_INLINE void weir_index_place(uint32_t *place, uint32_t base, uint64_t *separators) {
  uint32_t value = base + weir_lowest(*separators);
  __asm__("" : "+r"(value));
  *place = value;
  *separators &= *separators - 1;
}

/* Writes the places of all separators of a block; returns how many. */
WEIR_TARGET WEIR_INLINE uint32_t weir_index_places(uint32_t *places, uint32_t base, uint64_t separators) {
  uint32_t count = (uint32_t)__builtin_popcountll(separators);
  for (uint32_t place = 0; place < WEIR_USUAL_SEPARATORS; place++)
    weir_index_place(&places[place], base, &separators);
  for (uint32_t place = WEIR_USUAL_SEPARATORS; WEIR_RARE(place < count); place++)
    weir_index_place(&places[place], base, &separators);
  return count;
}

/* Adds the last bytes of the block, fewer than 64. */
WEIR_TARGET static void weir_index_tail(weir_index *index, weir_scan *scan, const uint8_t *block, size_t end) {
  uint8_t tail[64];
  memset(tail, 'x', sizeof tail);
  memcpy(tail, block + index->scanned, end - index->scanned);
  uint64_t separators = weir_scan_block(scan, tail);
  index->empty_fields |= separators & (separators << 1 | index->carry);
  index->count += weir_index_places(index->ends + index->count, (uint32_t)index->scanned, separators);
  index->scanned = end;
}

/* Adds up to 32 blocks. What changes with each block stays in registers. */
WEIR_TARGET WEIR_INLINE void weir_index_blocks(weir_index *index, weir_scan *scan, const uint8_t *block, size_t end) {
  uint32_t count = index->count;
  size_t scanned = index->scanned;
  uint64_t carry = index->carry, empty_fields = 0;
  for (int blocks = 0; blocks < WEIR_CHUNK_BLOCKS && end - scanned >= 64; blocks++, scanned += 64) {
    uint64_t separators = weir_scan_block(scan, block + scanned);
    empty_fields |= separators & (separators << 1 | carry);
    carry = separators >> 63;
    count += weir_index_places(index->ends + count, (uint32_t)scanned, separators);
  }
  index->count = count;
  index->scanned = scanned;
  index->carry = carry;
  index->empty_fields |= empty_fields;
}

/* Whether the chunk has lines of so many columns, with a line feed behind each and nowhere else. */
WEIR_TARGET WEIR_INLINE bool weir_index_is_even(
  const weir_index *index, const uint8_t *block, uint32_t columns, uint64_t line_feeds) {
  uint64_t lines = 0, others = 0;
  for (uint32_t last = columns; last < index->count; last += columns, lines++)
    others |= block[index->ends[last]] ^ '\n';
  return others == 0 && lines == line_feeds;
}

/* Moves what is left of the last chunk to the front and adds the next chunk. The caller has taken all lines. */
WEIR_TARGET WEIR_INLINE void weir_index_fill(weir_index *index, const uint8_t *block, size_t end, uint32_t columns) {
  uint32_t left = index->count - index->next;
  memmove(index->ends, index->ends + index->next - 1, (left + 1) * sizeof *index->ends);
  index->count = 1 + left;
  index->next = 1;
  weir_scan scan = weir_scan_begin();
  weir_index_blocks(index, &scan, block, end);
  if (end - index->scanned < 64 && index->scanned < end) {
    // A copy, since a scan whose address is taken would lie in memory for the whole loop.
    weir_scan copy = scan;
    weir_index_tail(index, &copy, block, end);
    scan = copy;
  }
  if (index->empty_fields != 0 || weir_scan_is_odd(&scan)
    || !weir_index_is_even(index, block, columns, weir_scan_line_feeds(&scan)))
    index->is_odd = true;
}

#endif
