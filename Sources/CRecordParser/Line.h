#ifndef WEIR_LINE_H
#define WEIR_LINE_H
/*
 * The fast path for one line: its fields are decoded side by side, with few branches, all of them easy to predict.
 * It takes the frequent spellings; for the others the slow path is asked.
 *
 * Everything is inlined twice, once with the standard layout as a constant, which drops all questions about columns.
 */
#include "Addresses.h"
#include "Interfaces.h"
#include "Numbers.h"

WEIR_TARGET WEIR_INLINE weir_digits weir_line_digits(const weir_line *line, int column, uint32_t length_of_zero) {
  if (column < 0) return (weir_digits){weir_zeros + 16, length_of_zero};
  weir_field field = weir_line_field(line, column);
  // Keeps the compiler from gathering lengths in a vector, from which they must be taken one by one.
  __asm__("" : "+r"(field.length));
  return (weir_digits){line->block + line->ends[column], field.length};
}

/* One address into its column. Returns false when it is none, if the checks do not say so. */
WEIR_TARGET WEIR_INLINE bool weir_take_address(
  const weir_line *line, int column, uint64_t *places, uint32_t row, uint32_t kind, weir_outcome *outcome,
  weir_checks *checks) {
  if (column < 0) return true;
  weir_field field = weir_line_field(line, column);
  uint64_t *place = places + 2 * (size_t)row;
  if (!WEIR_RARE(!weir_take_dotted(field, place, checks))) return true;
  if (field.length == 1 && field.text[0] == '-') {
    place[0] = place[1] = 0;
    outcome->missing |= 1u << kind;
    return true;
  }
  return weir_take_colons(field, place);
}

WEIR_TARGET WEIR_INLINE bool weir_take_addresses(
  const weir_layout *layout, const weir_columns *columns, const weir_line *line, uint32_t row,
  weir_outcome *outcome, weir_checks *checks) {
#define TAKE(name, kind) weir_take_address(line, layout->name, columns->name, row, kind, outcome, checks)
  return TAKE(source, WEIR_STEP_SOURCE) && TAKE(destination, WEIR_STEP_DESTINATION)
    && TAKE(packet_source, WEIR_STEP_PACKET_SOURCE)
    && TAKE(packet_destination, WEIR_STEP_PACKET_DESTINATION);
#undef TAKE
}

/* Action and log-status. Returns false for anything but ACCEPT or REJECT, and OK. */
WEIR_TARGET WEIR_INLINE bool weir_take_words(
  const weir_layout *layout, const weir_columns *columns, const weir_line *line, uint32_t row) {
  if (layout->log_status >= 0) {
    weir_field field = weir_line_field(line, layout->log_status);
    if (WEIR_RARE(field.length != 2 || memcmp(field.text, "OK", 2) != 0)) return false;
  }
  if (layout->action < 0) return true;
  weir_field field = weir_line_field(line, layout->action);
  // Two bytes before the field, and its six.
  uint64_t word = weir_load64(field.text + field.length - 8) >> 16;
  uint32_t is_accept = word == UINT64_C(0x545045434341), is_reject = word == UINT64_C(0x5443454a4552);
  uint32_t action = is_accept + 2 * is_reject;
  columns->action[row] = (uint8_t)action;
  return !WEIR_RARE((field.length ^ 6) | (action == 0));
}

/* The interface, if its id is as long as usual and lies at its first place; the slow path finds the others. */
WEIR_TARGET WEIR_INLINE bool weir_take_interface(
  const weir_layout *layout, const weir_job *job, const weir_columns *columns, const weir_line *line,
  uint32_t row) {
  if (layout->interface < 0) return true;
  weir_field id = weir_line_field(line, layout->interface);
  uint32_t *number = &columns->interface_number[row];
  if (WEIR_RARE(id.length - 17 > 7))
    return id.length - 1 < WEIR_LONGEST_INTERFACE && weir_interface_find(job->interfaces, id, number);
  weir_interface_entry key = {
    weir_load64(id.text), weir_load64(id.text + 8), weir_load64(id.text + id.length - 8), 0, id.length};
  const weir_interface_table *table = job->interfaces;
  size_t place = weir_interface_hash(key.first, key.second, key.third) & (table->places - 1);
  const weir_interface_entry *entry = &table->entries[place];
  *number = entry->number;
  return !WEIR_RARE(!weir_interface_is(entry, &key)) || weir_interface_find(table, id, number);
}

/* Ports, protocol, packets, bytes and times. */
WEIR_TARGET WEIR_INLINE bool weir_take_numbers(
  const weir_layout *layout, const weir_columns *columns, const weir_line *line, uint32_t row,
  weir_outcome *outcome, weir_checks *checks) {
  weir_digits digits[7] = {
    weir_line_digits(line, layout->source_port, 1), weir_line_digits(line, layout->destination_port, 1),
    weir_line_digits(line, layout->protocol, 1),    weir_line_digits(line, layout->packets, 1),
    weir_line_digits(line, layout->bytes, 1),       weir_line_digits(line, layout->start, 10),
    weir_line_digits(line, layout->end, 10)};
  if (WEIR_RARE(!weir_lengths_fit(digits))) return false;
  weir_numbers numbers = weir_seven_numbers(digits, checks);
  if (WEIR_RARE((numbers.start | numbers.end) >> 32 != 0)) return false;
  outcome->start = (uint32_t)numbers.start;
  outcome->end = (uint32_t)numbers.end;
  if (layout->source_port >= 0) columns->source_port[row] = numbers.source_port;
  if (layout->destination_port >= 0) columns->destination_port[row] = numbers.destination_port;
  if (layout->protocol >= 0) columns->protocol[row] = numbers.protocol;
  if (layout->packets >= 0) columns->packets[row] = numbers.packets;
  if (layout->bytes >= 0) columns->bytes[row] = numbers.bytes;
  if (layout->writes_start) columns->start[row] = outcome->start;
  if (layout->writes_end) columns->end[row] = outcome->end;
  return true;
}

/* What later versions have: tcp-flags, traffic-path and other numbers. */
WEIR_TARGET WEIR_INLINE bool weir_take_other_numbers(
  const weir_layout *layout, const weir_columns *columns, const weir_line *line, uint32_t row,
  weir_outcome *outcome, weir_checks *checks) {
  bool is_missing;
  if (layout->tcp_flags >= 0) {
    weir_digits digits = weir_line_digits(line, layout->tcp_flags, 1);
    uint32_t flags = weir_short_number(digits, checks, &is_missing);
    checks->other_bits |= flags >> 8;
    columns->tcp_flags[row] = (uint8_t)flags;
    outcome->missing |= (uint32_t)is_missing << WEIR_STEP_TCP_FLAGS;
  }
  if (layout->traffic_path >= 0) {
    weir_digits digits = weir_line_digits(line, layout->traffic_path, 1);
    uint32_t path = weir_short_number(digits, checks, &is_missing);
    columns->traffic_path[row] = path < 16 ? (uint8_t)path : 0;
    outcome->lacks_path = is_missing;
  }
  for (int index = 0; index < layout->number_count; index++) {
    weir_digits digits = weir_line_digits(line, layout->number_column[index], 1);
    if (WEIR_RARE(digits.length - 1 > 15)) return false;
    is_missing = digits.length == 1 && digits.end[-1] == '-';
    // A dash is read as the zero that stands in for a column.
    if (is_missing) digits.end = weir_zeros + 16;
    columns->number[layout->number_slot[index]][row] = weir_long_number(digits, checks);
    outcome->missing_numbers |= (uint32_t)is_missing << index;
  }
  return true;
}

/* Returns false for a line that only the slow path can judge. */
WEIR_TARGET WEIR_INLINE bool weir_take_line(
  const weir_layout *layout, const weir_job *job, const weir_columns *columns, const weir_line *line,
  uint32_t row, weir_outcome *outcome) {
  weir_checks checks = weir_checks_begin();
  *outcome = (weir_outcome){0};
  return weir_take_words(layout, columns, line, row)
    && weir_take_numbers(layout, columns, line, row, outcome, &checks)
    && weir_take_addresses(layout, columns, line, row, outcome, &checks)
    && weir_take_other_numbers(layout, columns, line, row, outcome, &checks)
    && weir_take_interface(layout, job, columns, line, row) && weir_checks_pass(&checks);
}

#endif
