#include "Internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#define WEIR_TARGET __attribute__((target("sse4.1,popcnt")))

/* What the blocks of a chunk have in common. */
typedef struct {
  /* For each lane the smallest byte, line feeds left out. */
  __m128i smallest;
  /* For each lane the number of line feeds, at most 128 and four for the tail. */
  __m128i line_feeds;
} weir_scan;

WEIR_TARGET WEIR_INLINE weir_scan weir_scan_begin(void) {
  return (weir_scan){_mm_set1_epi8(-1), _mm_setzero_si128()};
}

/* The blanks and line feeds among 16 bytes. */
WEIR_TARGET WEIR_INLINE uint64_t weir_scan_quarter(weir_scan *scan, const uint8_t *bytes) {
  __m128i text = _mm_loadu_si128((const __m128i *)bytes);
  __m128i is_line_feed = _mm_cmpeq_epi8(text, _mm_set1_epi8('\n'));
  __m128i is_blank = _mm_cmpeq_epi8(text, _mm_set1_epi8(' '));
  scan->line_feeds = _mm_sub_epi8(scan->line_feeds, is_line_feed);
  scan->smallest = _mm_min_epu8(scan->smallest, _mm_or_si128(text, is_line_feed));
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(is_blank, is_line_feed));
}

WEIR_TARGET WEIR_INLINE uint64_t weir_scan_block(weir_scan *scan, const uint8_t *bytes) {
  uint64_t separators = weir_scan_quarter(scan, bytes);
  separators |= weir_scan_quarter(scan, bytes + 16) << 16;
  separators |= weir_scan_quarter(scan, bytes + 32) << 32;
  return separators | weir_scan_quarter(scan, bytes + 48) << 48;
}

WEIR_TARGET WEIR_INLINE uint64_t weir_scan_line_feeds(const weir_scan *scan) {
  __m128i sums = _mm_sad_epu8(scan->line_feeds, _mm_setzero_si128());
  return (uint64_t)(_mm_extract_epi64(sums, 0) + _mm_extract_epi64(sums, 1));
}

/* Whether there was a control byte other than a line feed. */
WEIR_TARGET WEIR_INLINE bool weir_scan_is_odd(const weir_scan *scan) {
  __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(scan->smallest, _mm_set1_epi8(0x1f)), scan->smallest);
  return _mm_movemask_epi8(is_control) != 0;
}

/* The place of the lowest bit; any place for none. */
WEIR_TARGET WEIR_INLINE uint32_t weir_lowest(uint64_t bits) {
  return (uint32_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
}

#include "Run.h"

WEIR_TARGET bool weir_run_sse41(const weir_job *job, weir_progress *progress) {
  return job->is_standard ? weir_run_standard(job, progress) : weir_run_general(job, progress);
}
#endif
