#ifndef WEIR_ADDRESSES_H
#define WEIR_ADDRESSES_H
/* Addresses with SSE4.1. Bytes behind the field are read, up to 48 from its start, and four before it. */
#include "Internal.h"
#include <immintrin.h>

/*
 * An IPv4 address. `faults` and `fault_bits` are not 0 when a part is larger than 255, begins with a zero that says
 * nothing, or has a byte that is no digit.
 *
 * Returns false when the dots are not those of an IPv4 address.
 */
WEIR_TARGET WEIR_INLINE bool weir_dotted(weir_field field, __m128i *faults, uint32_t *fault_bits, uint32_t *address) {
  __m128i text = _mm_loadu_si128((const __m128i *)field.text);
  uint32_t dots = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
  uint32_t end = 1u << field.length % 32;
  uint32_t key = (dots & (end - 1)) | end;
  uint32_t slot = WEIR_DOTTED_HASH(key);
  // The bits of the key are the lengths of the parts, one to three each, so the field itself needs no check but this.
  if (WEIR_RARE(weir_dotted_keys[slot] != key || field.length > 15)) return false;
  __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  __m128i shuffle = _mm_load_si128((const __m128i *)weir_dotted_shuffles[slot]);
  __m128i parts = _mm_shuffle_epi8(digits, shuffle);
  *faults = _mm_or_si128(*faults, _mm_subs_epu8(parts, _mm_set1_epi8(9)));
  __m128i weighed = _mm_maddubs_epi16(parts, _mm_set1_epi32(1 << 24 | 10 << 16 | 100 << 8));
  __m128i values = _mm_madd_epi16(weighed, _mm_set1_epi16(1));
  *faults = _mm_or_si128(*faults, _mm_srli_epi32(values, 8));
  // A zero at the start of a part and no dot or end behind it.
  uint32_t zeros = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(digits, _mm_setzero_si128()));
  *fault_bits |= zeros & (key << 1 | 1) & ~(key >> 1) & (end - 1);
  __m128i order = _mm_set_epi32(-1, -1, -1, 0 << 24 | 4 << 16 | 8 << 8 | 12);
  *address = (uint32_t)_mm_cvtsi128_si32(_mm_shuffle_epi8(values, order));
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

/* The group of one to four hexadecimal digits that ends at the pointer. */
WEIR_TARGET WEIR_INLINE uint64_t weir_hex_group(const uint8_t *end, uint32_t length) {
  uint32_t text;
  memcpy(&text, end - 4, 4);
  // Letters have the bit of 0x40, and nine more than their low half.
  uint32_t digits = (text & 0x0f0f0f0f) + (text >> 6 & 0x01010101) * 9;
  digits &= ~UINT32_C(0) << (32 - 8 * length);
  uint32_t pairs = (digits & 0x000f000f) << 4 | (digits >> 8 & 0x000f000f);
  return (pairs & 0xff) << 8 | pairs >> 16;
}

/* The groups of an IPv6 address read so far. */
typedef struct {
  unsigned __int128 value;
  uint32_t count;
  /* How many groups stand before `::`; more than eight for none. */
  uint32_t gap;
} weir_groups;

WEIR_TARGET WEIR_INLINE bool weir_finish_groups(weir_groups groups, uint64_t address[2]) {
  unsigned __int128 value = groups.value;
  if (groups.gap > 8) {
    if (groups.count != 8) return false;
  } else {
    if (groups.count > 7) return false;
    uint32_t behind = 16 * (groups.count - groups.gap);
    unsigned __int128 tail = value & (((unsigned __int128)1 << behind) - 1);
    value = groups.gap == 0 ? tail : (value >> behind) << (128 - 16 * groups.gap) | tail;
  }
  address[0] = (uint64_t)(value >> 64);
  address[1] = (uint64_t)value;
  return true;
}

/* An IPv6 address in hexadecimal groups. Returns false for anything else. */
WEIR_TARGET static __attribute__((noinline)) bool weir_colon_address(weir_field field, uint64_t address[2]) {
  if (field.length < 2 || field.length > 39) return false;
  uint64_t digits = 0, colons = 0, end = UINT64_C(1) << field.length;
  for (int shift = 0; shift < 48; shift += 16) weir_hex_masks(field.text + shift, shift, &digits, &colons);
  if (((digits | colons) & (end - 1)) != end - 1) return false;
  colons &= end - 1;
  weir_groups groups = {0, 0, UINT32_MAX};
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
    groups.value = groups.value << 16 | weir_hex_group(field.text + group_end, group_end - start);
    groups.count++;
    start = group_end + 1;
    // The end of the field, or a single colon that is the last byte.
    if (start >= field.length) return start > field.length && weir_finish_groups(groups, address);
    if (!(colons >> start & 1)) continue;
    if (groups.gap <= 8) return false;
    groups.gap = groups.count;
    ends &= ends - 1;
    start++;
  }
  return weir_finish_groups(groups, address);
}

#endif
