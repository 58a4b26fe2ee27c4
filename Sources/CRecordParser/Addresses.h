#ifndef WEIR_ADDRESSES_H
#define WEIR_ADDRESSES_H
/* Addresses with SSE4.1. Bytes behind the field are read, up to 48 from its start, and four before it. */
#include "Numbers.h"

/* An IPv4 address into its place. Returns false when the dots are not those of one; other faults go to the checks. */
WEIR_TARGET WEIR_INLINE bool weir_take_dotted(weir_field field, uint64_t *place, weir_checks *checks) {
  __m128i text = _mm_loadu_si128((const __m128i *)field.text);
  uint32_t dots = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
  uint32_t end = 1u << field.length % 32;
  uint32_t key = (dots & (end - 1)) | end;
  uint32_t hash = WEIR_DOTTED_HASH(key);
  // The key holds the lengths of the parts, one to three each.
  if (WEIR_RARE(field.length > 15 || weir_dotted_keys[hash] != key)) return false;
  const weir_dotted_shape *shape = &weir_dotted_shapes[hash];
  __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  __m128i parts = _mm_shuffle_epi8(digits, _mm_load_si128((const __m128i *)shape->shuffle));
  checks->digits = _mm_max_epu8(checks->digits, parts);
  __m128i weighed = _mm_maddubs_epi16(parts, _mm_set1_epi32(1 << 24 | 10 << 16 | 100 << 8));
  __m128i values = _mm_madd_epi16(weighed, _mm_set1_epi16(1));
  checks->parts = _mm_or_si128(checks->parts, values);
  __m128i is_small = _mm_cmpgt_epi32(_mm_load_si128((const __m128i *)shape->smallest), values);
  checks->others = _mm_or_si128(checks->others, is_small);
  // The first word 0; in the second one the last part comes lowest.
  __m128i order = _mm_set_epi32(-1, 0 << 24 | 4 << 16 | 8 << 8 | 12, -1, -1);
  __m128i address = _mm_or_si128(_mm_shuffle_epi8(values, order), _mm_set_epi32(0xffff, 0, 0, 0));
  _mm_storeu_si128((__m128i *)place, address);
  return true;
}

/* Which of 16 bytes are hexadecimal digits, and which are colons. */
WEIR_TARGET WEIR_INLINE void weir_hex_masks(const uint8_t *bytes, int shift, uint64_t *digits, uint64_t *colons) {
  __m128i text = _mm_loadu_si128((const __m128i *)bytes);
  __m128i decimal = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  __m128i letter = _mm_sub_epi8(_mm_or_si128(text, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
  __m128i is_digit = _mm_or_si128(
    _mm_cmpeq_epi8(_mm_min_epu8(decimal, _mm_set1_epi8(9)), decimal),
    _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter));
  __m128i is_colon = _mm_cmpeq_epi8(text, _mm_set1_epi8(':'));
  *digits |= (uint64_t)(uint32_t)_mm_movemask_epi8(is_digit) << shift;
  *colons |= (uint64_t)(uint32_t)_mm_movemask_epi8(is_colon) << shift;
}

/* The groups of an IPv6 address read so far, as text: four bytes each, zeros before the digits. */
typedef struct {
  uint32_t text[8];
  uint32_t count;
  /* How many groups stand before `::`; more than eight for none. */
  uint32_t gap;
} weir_groups;

WEIR_TARGET WEIR_INLINE void weir_add_group(weir_groups *groups, const uint8_t *end, uint32_t length) {
  uint32_t text;
  memcpy(&text, end - 4, 4);
  groups->text[groups->count++] = text & ~UINT32_C(0) << (32 - 8 * length);
}

/* Four groups of digits: a letter is nine more than its low half. A zero byte is the digit zero. */
WEIR_TARGET WEIR_INLINE __m128i weir_hex_pairs(const uint32_t *text) {
  __m128i digits = _mm_loadu_si128((const __m128i *)text);
  __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(digits, _mm_set1_epi8('9')), _mm_set1_epi8(9));
  __m128i values = _mm_add_epi8(_mm_and_si128(digits, _mm_set1_epi8(15)), letters);
  return _mm_maddubs_epi16(values, _mm_set1_epi16(1 << 8 | 16));
}

WEIR_TARGET WEIR_INLINE bool weir_finish_groups(weir_groups *groups, uint64_t address[2]) {
  if (groups->gap > 8) {
    if (groups->count != 8) return false;
  } else {
    if (groups->count > 7) return false;
    uint32_t behind = groups->count - groups->gap, zeros = 8 - groups->count;
    memmove(groups->text + 8 - behind, groups->text + groups->gap, 4 * behind);
    memset(groups->text + groups->gap, 0, 4 * zeros);
  }
  __m128i bytes = _mm_packus_epi16(weir_hex_pairs(groups->text), weir_hex_pairs(groups->text + 4));
  __m128i order = _mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  _mm_storeu_si128((__m128i *)address, _mm_shuffle_epi8(bytes, order));
  return true;
}

/* An IPv6 address in hexadecimal groups. Returns false for anything else. */
WEIR_TARGET static __attribute__((noinline)) bool weir_take_colons(weir_field field, uint64_t address[2]) {
  if (field.length < 2 || field.length > 39) return false;
  uint64_t digits = 0, colons = 0, end = UINT64_C(1) << field.length;
  for (int shift = 0; shift < 48; shift += 16) weir_hex_masks(field.text + shift, shift, &digits, &colons);
  if (((digits | colons) & (end - 1)) != end - 1) return false;
  colons &= end - 1;
  weir_groups groups = {.gap = UINT32_MAX};
  uint64_t ends = colons | end;
  uint32_t start = 0;
  if (colons & 1) {
    if (!(colons & 2)) return false;
    groups.gap = 0;
    start = 2;
    ends &= ~UINT64_C(3);
  }
  while (start < field.length) {
    uint32_t group_end = (uint32_t)__builtin_ctzll(ends);
    ends &= ends - 1;
    if (group_end - start - 1 > 3 || groups.count == 8) return false;
    weir_add_group(&groups, field.text + group_end, group_end - start);
    start = group_end + 1;
    // The end of the field, or a single colon that is the last byte.
    if (start >= field.length) return start > field.length && weir_finish_groups(&groups, address);
    if (!(colons >> start & 1)) continue;
    if (groups.gap <= 8) return false;
    groups.gap = groups.count;
    ends &= ends - 1;
    start++;
  }
  return weir_finish_groups(&groups, address);
}

#endif
