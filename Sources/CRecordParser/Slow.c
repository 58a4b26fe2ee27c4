#include "Interfaces.h"

/* The careful path: one field after the other, byte by byte. */

static bool is_dash(weir_field field) { return field.length == 1 && field.text[0] == '-'; }

static bool is_word(weir_field field, const char *word) {
  return field.length == strlen(word) && memcmp(field.text, word, field.length) == 0;
}

/* A number of at most 16 digits; a dash is 0 and gives a bit of `missing`. */
static bool take_number(weir_field field, uint64_t limit, uint64_t *value, uint32_t *missing, uint32_t bit) {
  *value = 0;
  if (is_dash(field)) {
    *missing |= bit;
    return true;
  }
  if (field.length < 1 || field.length > 16) return false;
  for (uint32_t index = 0; index < field.length; index++) {
    uint8_t digit = (uint8_t)(field.text[index] - '0');
    if (digit > 9) return false;
    *value = *value * 10 + digit;
  }
  return *value <= limit;
}

static bool take_dotted(weir_field field, uint64_t *address) {
  uint32_t value = 0, part = 0, digits = 0, dots = 0;
  for (uint32_t index = 0; index < field.length; index++) {
    uint8_t byte = field.text[index];
    if (byte == '.') {
      if (digits == 0 || dots == 3) return false;
      value = value << 8 | part;
      part = digits = 0;
      dots++;
      continue;
    }
    uint8_t digit = (uint8_t)(byte - '0');
    // Leading zeros are refused: some systems read them as octal.
    if (digit > 9 || (digits > 0 && part == 0)) return false;
    part = part * 10 + digit;
    digits++;
    if (part > 255) return false;
  }
  if (dots != 3 || digits == 0) return false;
  address[0] = 0;
  address[1] = UINT64_C(0xffff) << 32 | value << 8 | part;
  return true;
}

static int hex_digit(uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  byte |= 0x20;
  return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* IPv6 in hexadecimal groups; spellings with dots or a zone are left to the caller. */
static bool take_colons(weir_field field, uint64_t *address) {
  uint16_t groups[8] = {0};
  uint32_t count = 0, index = 0, gap = UINT32_MAX;
  if (field.length < 2) return false;
  if (field.text[0] == ':') {
    if (field.text[1] != ':') return false;
    gap = 0;
    index = 2;
  }
  while (index < field.length) {
    uint32_t value = 0, digits = 0;
    for (; index < field.length && field.text[index] != ':'; index++, digits++) {
      int digit = hex_digit(field.text[index]);
      if (digit < 0 || digits == 4) return false;
      value = value << 4 | (uint32_t)digit;
    }
    if (digits == 0 || count == 8) return false;
    groups[count++] = (uint16_t)value;
    if (index == field.length) break;
    if (++index == field.length) return false;
    if (field.text[index] != ':') continue;
    if (gap != UINT32_MAX) return false;
    gap = count;
    index++;
  }
  if (gap == UINT32_MAX ? count != 8 : count == 8) return false;
  address[0] = address[1] = 0;
  for (uint32_t place = 0; place < count; place++) {
    uint32_t group = place < gap ? place : place + 8 - count;
    address[group / 4] |= (uint64_t)groups[place] << (48 - 16 * (group % 4));
  }
  return true;
}

/* An address into a column; nothing to do where the plan lacks it. */
static bool take_address(
  const weir_line *line, int column, uint64_t *places, uint32_t row, uint32_t *missing, uint32_t kind) {
  if (column < 0) return true;
  weir_field field = weir_line_field(line, column);
  uint64_t *address = places + 2 * (size_t)row;
  if (is_dash(field)) {
    address[0] = address[1] = 0;
    *missing |= 1u << kind;
    return true;
  }
  return take_dotted(field, address) || take_colons(field, address);
}

static bool take_addresses(const weir_job *job, const weir_line *line, uint32_t row, uint32_t *missing) {
  const weir_layout *layout = &job->layout;
  const weir_columns *columns = job->columns;
  return take_address(line, layout->source, columns->source, row, missing, WEIR_STEP_SOURCE)
    && take_address(line, layout->destination, columns->destination, row, missing, WEIR_STEP_DESTINATION)
    && take_address(
      line, layout->packet_source, columns->packet_source, row, missing, WEIR_STEP_PACKET_SOURCE)
    && take_address(
      line, layout->packet_destination, columns->packet_destination, row, missing,
      WEIR_STEP_PACKET_DESTINATION);
}

/* The number of a column up to a limit; 0 where the plan lacks it. */
static bool take_column(
  const weir_line *line, int column, uint64_t limit, uint64_t *value, uint32_t *missing, uint32_t kind) {
  *value = 0;
  return column < 0 || take_number(weir_line_field(line, column), limit, value, missing, 1u << kind);
}

static bool take_small_numbers(const weir_job *job, const weir_line *line, uint32_t row, weir_outcome *outcome) {
  const weir_layout *layout = &job->layout;
  const weir_columns *columns = job->columns;
  uint64_t from, to, protocol, flags, path;
  uint32_t *missing = &outcome->missing, lacks_path = 0;
  if (!take_column(line, layout->source_port, 65535, &from, missing, WEIR_STEP_SOURCE_PORT)
    || !take_column(line, layout->destination_port, 65535, &to, missing, WEIR_STEP_DESTINATION_PORT)
    || !take_column(line, layout->protocol, 255, &protocol, missing, WEIR_STEP_PROTOCOL)
    || !take_column(line, layout->tcp_flags, 255, &flags, missing, WEIR_STEP_TCP_FLAGS)
    || !take_column(line, layout->traffic_path, UINT64_MAX, &path, &lacks_path, 0))
    return false;
  if (layout->source_port >= 0) columns->source_port[row] = (uint16_t)from;
  if (layout->destination_port >= 0) columns->destination_port[row] = (uint16_t)to;
  if (layout->protocol >= 0) columns->protocol[row] = (uint8_t)protocol;
  if (layout->tcp_flags >= 0) columns->tcp_flags[row] = (uint8_t)flags;
  outcome->lacks_path = lacks_path;
  if (layout->traffic_path >= 0) columns->traffic_path[row] = path < 16 ? (uint8_t)path : 0;
  return true;
}

static bool take_large_numbers(const weir_job *job, const weir_line *line, uint32_t row, weir_outcome *outcome) {
  const weir_layout *layout = &job->layout;
  const weir_columns *columns = job->columns;
  uint64_t packets, bytes;
  if (!take_column(line, layout->packets, UINT64_MAX, &packets, &outcome->missing, WEIR_STEP_PACKETS)
    || !take_column(line, layout->bytes, UINT64_MAX, &bytes, &outcome->missing, WEIR_STEP_BYTES))
    return false;
  if (layout->packets >= 0) columns->packets[row] = packets;
  if (layout->bytes >= 0) columns->bytes[row] = bytes;
  for (int index = 0; index < layout->number_count; index++) {
    weir_field field = weir_line_field(line, layout->number_column[index]);
    uint64_t *place = &columns->number[layout->number_slot[index]][row];
    if (!take_number(field, UINT64_MAX, place, &outcome->missing_numbers, 1u << index)) return false;
  }
  return true;
}

/* A time of ten digits: not a dash, and no milliseconds. */
static bool take_time(const weir_line *line, int column, uint32_t *places, uint32_t row, uint32_t *seconds) {
  *seconds = 0;
  if (column < 0) return true;
  weir_field field = weir_line_field(line, column);
  uint64_t value;
  uint32_t missing = 0;
  if (field.length != 10 || !take_number(field, UINT32_MAX, &value, &missing, 1)) return false;
  *seconds = (uint32_t)value;
  if (places) places[row] = *seconds;
  return true;
}

static bool take_words(const weir_job *job, const weir_line *line, uint32_t row, uint32_t *missing) {
  const weir_layout *layout = &job->layout;
  if (layout->log_status >= 0 && !is_word(weir_line_field(line, layout->log_status), "OK")) return false;
  if (layout->action >= 0) {
    weir_field field = weir_line_field(line, layout->action);
    uint8_t action = is_word(field, "ACCEPT") ? 1 : is_word(field, "REJECT") ? 2 : 0;
    if (action == 0 && !is_dash(field)) return false;
    if (action == 0) *missing |= 1u << WEIR_STEP_ACTION;
    job->columns->action[row] = action;
  }
  if (layout->interface < 0) return true;
  weir_field field = weir_line_field(line, layout->interface);
  uint32_t number = 0;
  if (is_dash(field))
    *missing |= 1u << WEIR_STEP_INTERFACE;
  else if (field.length > WEIR_LONGEST_INTERFACE
    || !weir_interface_find(job->interfaces, field, &number))
    return false;
  job->columns->interface_number[row] = number;
  return true;
}

bool weir_take_line_slowly(const weir_job *job, const weir_line *line, uint32_t row, weir_outcome *outcome) {
  *outcome = (weir_outcome){0};
  const weir_layout *layout = &job->layout;
  const weir_columns *columns = job->columns;
  return take_words(job, line, row, &outcome->missing)
    && take_time(line, layout->start, columns->start, row, &outcome->start)
    && take_time(line, layout->end, columns->end, row, &outcome->end)
    && take_addresses(job, line, row, &outcome->missing)
    && take_small_numbers(job, line, row, outcome)
    && take_large_numbers(job, line, row, outcome);
}
