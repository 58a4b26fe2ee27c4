#ifndef WEIR_RUN_H
#define WEIR_RUN_H
/* The loop over the lines of a block, from the index to the columns. */
#include "Index.h"
#include "Line.h"

/* Text columns cannot fail, so they are written last. */
WEIR_TARGET WEIR_INLINE void weir_take_texts(
  const weir_layout *layout, const weir_columns *columns, const weir_line *line, uint32_t row) {
  for (int index = 0; index < layout->text_count; index++) {
    int column = layout->text_column[index];
    uint8_t slot = layout->text_slot[index];
    uint64_t start = line->ends[column - 1] + 1, length = line->ends[column] - (uint32_t)start;
    uint64_t is_missing = length == 1 && line->block[(uint32_t)start] == '-';
    columns->text[slot][row] = is_missing ? 0 : (uint64_t)(uint32_t)start << 32 | length;
    uint64_t *mask = columns->text_missing[slot];
    if (mask) mask[row / 64] |= is_missing << (row % 64);
  }
}

/* Whether the separators of a line are single blanks and a line feed. Asked where something odd was seen nearby. */
WEIR_TARGET static bool weir_is_regular(const weir_line *line, int count) {
  for (int column = 0; column < count; column++) {
    weir_field field = weir_line_field(line, column);
    if (field.length == 0 || field.text[field.length] != (column < count - 1 ? ' ' : '\n')) return false;
  }
  return true;
}

/* Takes one line with the right number of columns. */
WEIR_TARGET WEIR_INLINE bool weir_take_one(
  const weir_layout *layout, const weir_job *job, const weir_columns *columns, const weir_line *line,
  uint32_t row, weir_progress *progress) {
  size_t start = (uint32_t)(line->ends[-1] + 1), behind = (size_t)line->ends[layout->count - 1] + 1;
  if (WEIR_RARE(line->block[start] == '#' || behind - start > WEIR_LONGEST_LINE + 1)) return false;
  weir_outcome outcome;
  bool has_margins = start >= WEIR_MARGIN_BEFORE && behind + WEIR_MARGIN_BEHIND <= job->readable;
  bool is_taken = has_margins && weir_take_line(layout, job, columns, line, row, &outcome);
  if (WEIR_RARE(!is_taken)) {
    weir_outcome other;
    if (!weir_take_line_slowly(job, line, row, &other)) return false;
    outcome = other;
  }
  weir_take_texts(layout, columns, line, row);
  if (columns->line_offset) columns->line_offset[row] = start;
  if (WEIR_RARE((outcome.missing | outcome.missing_numbers) != 0)) {
    weir_outcome copy = outcome;
    weir_note_missing(job, row, &copy);
  }
  progress->position = behind;
  if (outcome.start < progress->first_start) progress->first_start = outcome.start;
  if (outcome.end > progress->last_end) progress->last_end = outcome.end;
  progress->reversed_times += outcome.end < outcome.start;
  return true;
}

/* Whether the line that the index holds only in part cannot become a record. */
WEIR_TARGET WEIR_INLINE bool weir_is_hopeless(const weir_index *index, int count, size_t position, size_t end) {
  return index->state.scanned == end || index->state.count - index->next > (uint32_t)count
    || index->state.scanned - position > WEIR_LONGEST_LINE + 1;
}

/* Takes the lines of the index. Returns false at a line that does not fit, or when the columns are full. */
WEIR_TARGET WEIR_INLINE bool weir_take_chunk(
  const weir_layout *layout, const weir_job *job, const weir_columns *columns, weir_index *index,
  weir_progress *progress) {
  uint32_t next = index->next;
  weir_progress local = *progress;
  bool is_done = true;
  for (uint32_t line_index = 0; line_index < index->state.line_count; line_index++) {
    uint32_t last = index->lines[line_index];
    weir_line line = {job->block, index->ends + next};
    is_done = local.row < local.capacity && last - next + 1 == (uint32_t)layout->count
      && (!WEIR_RARE(index->state.oddities != 0) || weir_is_regular(&line, layout->count))
      && weir_take_one(layout, job, columns, &line, local.row, &local);
    if (!is_done) break;
    next = last + 1;
    local.row++;
  }
  index->next = next;
  *progress = local;
  return is_done;
}

WEIR_TARGET WEIR_INLINE bool weir_run(const weir_layout *layout, const weir_job *job, weir_progress *progress) {
  // A copy, so that the compiler knows that no write to a column changes the pointers.
  const weir_columns columns = *job->columns;
  weir_index index;
  weir_index_begin(&index, progress->position);
  while (progress->position < progress->end && progress->row < progress->capacity) {
    weir_index_fill(&index, job->block, progress->end);
    if (!weir_take_chunk(layout, job, &columns, &index, progress)) return progress->row < progress->capacity;
    if (progress->position < progress->end
      && weir_is_hopeless(&index, layout->count, progress->position, progress->end))
      return progress->row < progress->capacity;
  }
  return false;
}

WEIR_TARGET static bool weir_run_general(const weir_job *job, weir_progress *progress) {
  const weir_layout layout = job->layout;
  return weir_run(&layout, job, progress);
}

WEIR_TARGET static bool weir_run_standard(const weir_job *job, weir_progress *progress) {
  return weir_run(&weir_standard_layout, job, progress);
}

#endif
