#ifndef WEIR_C_RECORD_PARSER_H
#define WEIR_C_RECORD_PARSER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Turns a block of whole flow log lines into columns.
 *
 * Only regular lines are taken: fields with exactly one blank between them, a line feed behind the last one, as many
 * columns as the plan has, no other byte below 0x20, no `#` in front, at most 65,536 bytes, log-status OK. Every other
 * line is a misfit: it is left to the caller, whose own parser may take it. For each line that is taken the columns
 * hold what FlowParsing gives; only `-` differs, which is always 0 here and has a mask.
 *
 * The bytes may be anything. No byte outside of the block is read and no place behind the capacity is written.
 */

/* What to do with one column of a line. A plan holds each kind once, except SKIP, NUMBER and TEXT. */
typedef enum weir_step_kind {
  WEIR_STEP_SKIP,
  WEIR_STEP_INTERFACE,
  WEIR_STEP_SOURCE,
  WEIR_STEP_DESTINATION,
  WEIR_STEP_PACKET_SOURCE,
  WEIR_STEP_PACKET_DESTINATION,
  WEIR_STEP_SOURCE_PORT,
  WEIR_STEP_DESTINATION_PORT,
  WEIR_STEP_PROTOCOL,
  WEIR_STEP_PACKETS,
  WEIR_STEP_BYTES,
  WEIR_STEP_START,
  WEIR_STEP_END,
  WEIR_STEP_ACTION,
  WEIR_STEP_LOG_STATUS,
  WEIR_STEP_TCP_FLAGS,
  WEIR_STEP_TRAFFIC_PATH,
  /* Any other number, at most 16 digits, into `number[slot]`. */
  WEIR_STEP_NUMBER,
  /* Text as it stands, into `text[slot]`. */
  WEIR_STEP_TEXT
} weir_step_kind;

/* Limits of a plan. With a plan beyond them every line is a misfit. */
enum { WEIR_COLUMN_LIMIT = 256, WEIR_NUMBER_SLOTS = 16, WEIR_TEXT_SLOTS = 64 };

typedef struct {
  /* A `weir_step_kind`. */
  uint8_t kind;
  /* For NUMBER and TEXT: which of the columns; each slot is used once. */
  uint8_t slot;
} weir_step;

/* One step for each column of a line. */
typedef struct {
  const weir_step *steps;
  int32_t count;
} weir_plan;

/* One interface id of 1 to 24 bytes and its number. */
typedef struct {
  uint64_t first, second, third;
  uint32_t number;
  /* Length of the id; 0 marks a free place. */
  uint32_t length;
} weir_interface_entry;

/*
 * A hash table with open addressing, at most half full. An interface that it lacks makes the line a misfit. It is only
 * read; several parsers may share one that nobody changes.
 */
typedef struct {
  const weir_interface_entry *entries;
  /* A power of two, at least 1. */
  size_t places;
} weir_interface_table;

/*
 * The columns, each with `capacity` places. A column that is NULL is skipped like one of kind SKIP, but start, end and
 * log-status are checked all the same. A column that the plan lacks is not written.
 *
 * The masks have one bit for each row, lowest bit first, set where the record shows `-`; the value is 0 then. The
 * caller clears them beforehand. A mask may be NULL. Times have none: a `-` there makes the line a misfit.
 */
typedef struct {
  /* Two words a row, high and low half; IPv4 as `::ffff:0:0/96`. */
  uint64_t *source, *destination, *packet_source, *packet_destination;
  uint64_t *packets, *bytes;
  uint32_t *start, *end, *interface_number;
  uint16_t *source_port, *destination_port;
  uint8_t *protocol;
  /* 0 unknown, 1 ACCEPT, 2 REJECT. */
  uint8_t *action;
  uint8_t *tcp_flags;
  /* 1 to 15; 0 for any other number. */
  uint8_t *traffic_path;
  uint64_t *number[WEIR_NUMBER_SLOTS];
  /* Offset in the block << 32 | length. */
  uint64_t *text[WEIR_TEXT_SLOTS];
  /* Where the line of each row begins in the block. */
  uint64_t *line_offset;

  uint64_t *interface_missing;
  uint64_t *source_missing, *destination_missing;
  uint64_t *packet_source_missing, *packet_destination_missing;
  uint64_t *source_port_missing, *destination_port_missing;
  uint64_t *protocol_missing, *packets_missing, *bytes_missing;
  uint64_t *action_missing, *tcp_flags_missing, *traffic_path_missing;
  uint64_t *number_missing[WEIR_NUMBER_SLOTS];
  uint64_t *text_missing[WEIR_TEXT_SLOTS];
} weir_columns;

/* Where the parser stands, and what it has seen. The caller sets all of it; the parser goes on from there. */
typedef struct {
  /* The beginning of a line; moves behind the last line taken. */
  size_t position;
  /* Behind the last line feed of the block; less than 4 GiB. */
  size_t end;
  /* The next place to write; moves by one for each line taken. */
  uint32_t row;
  uint32_t capacity;
  /* The rest is meaningful for plans with START and END. */
  uint32_t first_start;
  uint32_t last_end;
  /* How many rows end before they start. */
  uint64_t reversed_times;
} weir_progress;

/*
 * Parses lines until one does not fit, the columns are full or the block ends.
 *
 * `readable` says how many bytes of the block may be read, at least `end`. Those behind `end` may hold anything; with
 * 64 of them the last line is as fast as the others.
 *
 * Returns whether the line at `position` does not fit.
 */
bool weir_parse_lines(
  const uint8_t *block, size_t readable, const weir_plan *plan,
  const weir_interface_table *interfaces, const weir_columns *columns, weir_progress *progress);

/* Whether this processor can run the parser. If not, every line is a misfit. */
bool weir_parser_available(void);

/* The variants of the parser, for tests; all of them give the same. */
enum { WEIR_VARIANT_SSE41 = 1, WEIR_VARIANT_AVX2 = 2 };

/* The variants that this processor can run, joined. */
unsigned weir_parser_variants(void);

/* `weir_parse_lines` by one of the variants that this processor can run. */
bool weir_parse_lines_with(
  unsigned variant, const uint8_t *block, size_t readable, const weir_plan *plan,
  const weir_interface_table *interfaces, const weir_columns *columns, weir_progress *progress);

/* Makes the entry of an interface id. Returns false for an id that has no bytes or more than 24. */
bool weir_interface_make_entry(
  const uint8_t *id, size_t length, uint32_t number, weir_interface_entry *entry);

/*
 * Adds an entry to a table; a known id gets the new number. The caller keeps the table at most half full.
 *
 * Returns false when the places near the id's own are taken. Such an id stays unknown, which is slow but right: an
 * attacker who knows the hash must not be able to make each lookup a walk through the table.
 */
bool weir_interface_add(weir_interface_entry *entries, size_t places, const weir_interface_entry *entry);

#endif
