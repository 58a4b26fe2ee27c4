#ifndef WEIR_NUMBERS_H
#define WEIR_NUMBERS_H
/*
 * Decimal numbers with SSE4.1. A field is loaded so that its last byte comes last, what stands before it is cleared,
 * and the digits are joined to pairs, to fours, to eights. What tells faults is gathered and asked once a line.
 */
#include "Internal.h"
#include <immintrin.h>

/* Sixteen bytes from `length` on keep the last `length` bytes of a word. */
static const uint8_t weir_keep_last[32] = {
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

/* Stands in for the field of a column that the plan lacks. */
static const uint8_t weir_zeros[17] = "0000000000000000";

/* A field by its end, as numbers want it. */
typedef struct {
  const uint8_t *end;
  uint32_t length;
} weir_digits;

/* What a line's fields have in common. */
typedef struct {
  /* For each lane the largest digit. */
  __m128i digits;
  /* All parts of addresses joined: none is above 255. */
  __m128i parts;
  /* Not 0 for faults of other kinds. */
  __m128i others;
  uint32_t other_bits;
} weir_checks;

WEIR_TARGET WEIR_INLINE weir_checks weir_checks_begin(void) {
  __m128i zero = _mm_setzero_si128();
  return (weir_checks){zero, zero, zero, 0};
}

WEIR_TARGET WEIR_INLINE bool weir_checks_pass(const weir_checks *checks) {
  __m128i faults = _mm_or_si128(checks->others, _mm_srli_epi32(checks->parts, 8));
  faults = _mm_or_si128(faults, _mm_subs_epu8(checks->digits, _mm_set1_epi8(9)));
  return _mm_testz_si128(faults, faults) && checks->other_bits == 0;
}

/* Joins digits to numbers of four digits in 32 bits each. */
WEIR_TARGET WEIR_INLINE __m128i weir_fours(__m128i text, __m128i keep, weir_checks *checks) {
  __m128i digits = _mm_and_si128(_mm_sub_epi8(text, _mm_set1_epi8('0')), keep);
  checks->digits = _mm_max_epu8(checks->digits, digits);
  __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(1 << 8 | 10));
  return _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
}

WEIR_TARGET WEIR_INLINE __m128i weir_load_two(const uint8_t *low, const uint8_t *high) {
  __m128 first = _mm_castsi128_ps(_mm_loadl_epi64((const __m128i *)low));
  return _mm_castps_si128(_mm_loadh_pi(first, (const __m64 *)high));
}

/* Two numbers of at most eight digits. */
WEIR_TARGET WEIR_INLINE __m128i weir_two_fours(weir_digits a, weir_digits b, weir_checks *checks) {
  __m128i keep = weir_load_two(weir_keep_last + 8 + a.length, weir_keep_last + 8 + b.length);
  return weir_fours(weir_load_two(a.end - 8, b.end - 8), keep, checks);
}

/* One number of at most sixteen digits. */
WEIR_TARGET WEIR_INLINE __m128i weir_long_fours(weir_digits a, weir_checks *checks) {
  __m128i text = _mm_loadu_si128((const __m128i *)(a.end - 16));
  __m128i keep = _mm_loadu_si128((const __m128i *)(weir_keep_last + a.length));
  return weir_fours(text, keep, checks);
}

/* Joins fours to four numbers of eight digits. */
WEIR_TARGET WEIR_INLINE __m128i weir_eights(__m128i low, __m128i high) {
  return _mm_madd_epi16(_mm_packus_epi32(low, high), _mm_set1_epi32(1 << 16 | 10000));
}

WEIR_TARGET WEIR_INLINE uint64_t weir_join_eights(uint32_t high, uint32_t low) {
  return high * UINT64_C(100000000) + low;
}

/* One number of at most sixteen digits. */
WEIR_TARGET WEIR_INLINE uint64_t weir_long_number(weir_digits a, weir_checks *checks) {
  uint64_t both = (uint64_t)_mm_cvtsi128_si64(weir_eights(weir_long_fours(a, checks), _mm_setzero_si128()));
  return weir_join_eights((uint32_t)both, (uint32_t)(both >> 32));
}

/* A number of up to three digits, or a dash, which gives 0. */
WEIR_TARGET WEIR_INLINE uint32_t weir_short_number(weir_digits a, weir_checks *checks, bool *is_missing) {
  uint32_t text;
  memcpy(&text, a.end - 4, 4);
  *is_missing = a.length == 1 && text >> 24 == '-';
  // A length beyond three is a fault; the shift must be defined all the same.
  uint32_t digits = (text ^ 0x30303030) >> (32 - 8 * (a.length & 3)) % 32;
  uint32_t wrong = (digits + 0x76767676) | digits;
  digits = *is_missing ? 0 : digits;
  checks->other_bits |= (*is_missing ? 0 : wrong & 0x80808080) | (a.length - 1 > 2);
  // The digits stand from the lowest byte on, highest digit first.
  uint32_t aligned = digits << (24 - 8 * (a.length & 3)) % 32;
  return (aligned & 0xff) * 100 + (aligned >> 8 & 0xff) * 10 + (aligned >> 16 & 0xff);
}

/* The numbers that nearly every plan has. */
typedef struct {
  uint16_t source_port, destination_port;
  uint8_t protocol;
  uint32_t packets;
  uint64_t bytes, start, end;
} weir_numbers;

/* The lengths that the fast path takes: eight digits, sixteen for bytes, ten for times. */
WEIR_TARGET WEIR_INLINE bool weir_lengths_fit(const weir_digits *d) {
  uint32_t small = (d[0].length - 1) | (d[1].length - 1) | (d[2].length - 1) | (d[3].length - 1);
  return (small & ~7u) == 0 && d[4].length - 1 < 16 && ((d[5].length ^ 10) | (d[6].length ^ 10)) == 0;
}

/* Decodes ports, protocol, packets, bytes, start and end side by side; the lengths fit. */
WEIR_TARGET WEIR_INLINE weir_numbers weir_seven_numbers(const weir_digits *d, weir_checks *checks) {
  __m128i small = weir_eights(weir_two_fours(d[0], d[1], checks), weir_two_fours(d[2], d[3], checks));
  __m128i limits = _mm_set_epi32(99999999, 255, 65535, 65535);
  checks->others = _mm_or_si128(checks->others, _mm_cmpgt_epi32(small, limits));
  weir_digits low_start = {d[5].end, 8}, low_end = {d[6].end, 8};
  weir_digits high_start = {d[5].end - 8, 2}, high_end = {d[6].end - 8, 2};
  __m128i large = weir_eights(weir_long_fours(d[4], checks), weir_two_fours(low_start, low_end, checks));
  // Two digits each: the fours are the numbers.
  __m128i high = weir_two_fours(high_start, high_end, checks);
  uint64_t bytes = (uint64_t)_mm_cvtsi128_si64(large);
  return (weir_numbers){
    .source_port = (uint16_t)_mm_extract_epi16(small, 0),
    .destination_port = (uint16_t)_mm_extract_epi16(small, 2),
    .protocol = (uint8_t)_mm_extract_epi8(small, 8),
    .packets = (uint32_t)_mm_extract_epi32(small, 3),
    .bytes = weir_join_eights((uint32_t)bytes, (uint32_t)(bytes >> 32)),
    .start = weir_join_eights((uint32_t)_mm_extract_epi32(high, 1), (uint32_t)_mm_extract_epi32(large, 2)),
    .end = weir_join_eights((uint32_t)_mm_extract_epi32(high, 3), (uint32_t)_mm_extract_epi32(large, 3))};
}

#endif
