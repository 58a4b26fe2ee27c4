#ifndef WEIR_INTERNAL_H
#define WEIR_INTERNAL_H
#include "CRecordParser.h"
#include <string.h>

#define WEIR_INLINE static inline __attribute__((always_inline))
#define WEIR_RARE(condition) __builtin_expect(!!(condition), 0)

enum {
  /* Bytes of a line without its line feed; as in RecordParser.swift. */
  WEIR_LONGEST_LINE = 65536,
  /* The fast path reads up to this many bytes before a line and behind its line feed. */
  WEIR_MARGIN_BEFORE = 16,
  WEIR_MARGIN_BEHIND = 64
};

/* A plan turned around: for each kind the column that it is, -1 for none. */
typedef struct {
  int16_t interface, source, destination, packet_source, packet_destination;
  int16_t source_port, destination_port, protocol, packets, bytes, start, end;
  int16_t action, log_status, tcp_flags, traffic_path;
  int16_t count;
  /* Whether the times are also written. */
  int16_t writes_start, writes_end;
  int16_t number_count, text_count;
  int16_t number_column[WEIR_NUMBER_SLOTS], text_column[WEIR_TEXT_SLOTS];
  uint8_t number_slot[WEIR_NUMBER_SLOTS], text_slot[WEIR_TEXT_SLOTS];
} weir_layout;

/* The 14 columns of version 2 in the order of AWS. */
static const weir_layout weir_standard_layout = {
  .interface = 2, .source = 3, .destination = 4, .packet_source = -1, .packet_destination = -1,
  .source_port = 5, .destination_port = 6, .protocol = 7, .packets = 8, .bytes = 9, .start = 10, .end = 11,
  .action = 12, .log_status = 13, .tcp_flags = -1, .traffic_path = -1, .count = 14,
  .writes_start = 1, .writes_end = 1};

/* What a call of the parser works with. */
typedef struct {
  const uint8_t *block;
  size_t readable;
  weir_layout layout;
  /* Whether the layout is the standard one and every column of it is wanted. */
  bool is_standard;
  const weir_interface_table *interfaces;
  const weir_columns *columns;
} weir_job;

/*
 * Where the fields of one line end. Field i lies between ends[i - 1] + 1 and ends[i]; ends[-1] is the byte before the
 * line, in arithmetic modulo 2^32 where the block begins with it.
 */
typedef struct {
  const uint8_t *block;
  const uint32_t *ends;
} weir_line;

typedef struct {
  const uint8_t *text;
  uint32_t length;
} weir_field;

WEIR_INLINE weir_field weir_line_field(const weir_line *line, int column) {
  uint32_t start = line->ends[column - 1] + 1;
  return (weir_field){line->block + start, line->ends[column] - start};
}

/* Values of one line that some paths must hold back until the line is taken. */
typedef struct {
  uint32_t start, end;
  /* One bit for each kind of column, one for each NUMBER of the layout. */
  uint32_t missing, missing_numbers;
  /* 1 where the traffic-path is missing. Half of all lines lack it, so a branch on it could not be predicted. */
  uint64_t lacks_path;
} weir_outcome;

/* Parses a line byte by byte: every spelling that is taken at all, and no read outside of the line. */
bool weir_take_line_slowly(const weir_job *job, const weir_line *line, uint32_t row, weir_outcome *outcome);

/* Sets the bits of the missing values. */
void weir_note_missing(const weir_job *job, uint32_t row, const weir_outcome *outcome);

typedef bool weir_run_function(const weir_job *job, weir_progress *progress);
weir_run_function weir_run_sse41, weir_run_avx2;

/* One of the 81 shapes of an IPv4 address; see DottedShapes.c. */
typedef struct {
  /* The shuffle that gives each part four bytes: none, hundreds, tens, ones. */
  uint8_t shuffle[16];
  /* The smallest number that each part may be, since it must not begin with a zero that says nothing. */
  int32_t smallest[4];
} weir_dotted_shape;

/* By a hash of the places of the dots and the end. Unused places have key 0. */
extern const uint16_t weir_dotted_keys[256];
extern const weir_dotted_shape weir_dotted_shapes[256];
#define WEIR_DOTTED_HASH(key) (((key) * 0xd6af10d1u) >> 24)

#endif
