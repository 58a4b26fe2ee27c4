#include "Internal.h"
#if defined(__x86_64__)
#include <immintrin.h>
#define WEIR_TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))

/* What the blocks of a chunk have in common. */
typedef struct {
  /* For each lane the smallest byte, line feeds left out. */
  __m256i smallest;
  /* For each lane the number of line feeds, at most 64. */
  __m256i line_feeds;
} weir_scan;

WEIR_TARGET WEIR_INLINE weir_scan weir_scan_begin(void) {
  return (weir_scan){_mm256_set1_epi8(-1), _mm256_setzero_si256()};
}

/* The blanks and line feeds among 32 bytes. */
WEIR_TARGET WEIR_INLINE uint64_t weir_scan_half(weir_scan *scan, const uint8_t *bytes) {
  __m256i text = _mm256_loadu_si256((const __m256i *)bytes);
  __m256i is_line_feed = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n'));
  __m256i is_blank = _mm256_cmpeq_epi8(text, _mm256_set1_epi8(' '));
  scan->line_feeds = _mm256_sub_epi8(scan->line_feeds, is_line_feed);
  scan->smallest = _mm256_min_epu8(scan->smallest, _mm256_or_si256(text, is_line_feed));
  return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(is_blank, is_line_feed));
}

WEIR_TARGET WEIR_INLINE uint64_t weir_scan_block(weir_scan *scan, const uint8_t *bytes) {
  uint64_t low = weir_scan_half(scan, bytes);
  return low | weir_scan_half(scan, bytes + 32) << 32;
}

WEIR_TARGET WEIR_INLINE uint64_t weir_scan_line_feeds(const weir_scan *scan) {
  __m256i sums = _mm256_sad_epu8(scan->line_feeds, _mm256_setzero_si256());
  return (uint64_t)(_mm256_extract_epi64(sums, 0) + _mm256_extract_epi64(sums, 1)
    + _mm256_extract_epi64(sums, 2) + _mm256_extract_epi64(sums, 3));
}

/* Whether there was a control byte other than a line feed. */
WEIR_TARGET WEIR_INLINE bool weir_scan_is_odd(const weir_scan *scan) {
  const __m256i limit = _mm256_set1_epi8(0x1f);
  __m256i is_control = _mm256_cmpeq_epi8(_mm256_min_epu8(scan->smallest, limit), scan->smallest);
  return _mm256_movemask_epi8(is_control) != 0;
}

/* The place of the lowest bit; 64 for none. */
WEIR_TARGET WEIR_INLINE uint32_t weir_lowest(uint64_t bits) { return (uint32_t)_tzcnt_u64(bits); }

#include "Run.h"

WEIR_TARGET bool weir_run_avx2(const weir_job *job, weir_progress *progress) {
  return job->is_standard ? weir_run_standard(job, progress) : weir_run_general(job, progress);
}
#endif
