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

/* Whether a line is one of the plan's, its bytes looked at one by one. */
WEIR_TARGET static bool weir_is_regular(const weir_line *line, int count) {
  for (int column = 0; column < count; column++) {
    weir_field field = weir_line_field(line, column);
    if (field.length == 0 || field.text[field.length] != (column < count - 1 ? ' ' : '\n')) return false;
    for (uint32_t index = 0; index < field.length; index++)
      if (field.text[index] < 0x20) return false;
  }
  return line->ends[count - 1] - line->ends[-1] - 1 <= WEIR_LONGEST_LINE;
}

/* Whether the fast path may read around a line. */
WEIR_TARGET WEIR_INLINE bool weir_has_margins(const weir_job *job, size_t start, size_t end) {
  return start >= WEIR_MARGIN_BEFORE && end + WEIR_MARGIN_BEHIND <= job->readable;
}

/* Whether each line of the chunk must be looked at: it is odd, long or at an edge of the block. */
WEIR_TARGET WEIR_INLINE bool weir_wants_care(const weir_job *job, const weir_index *index, size_t position) {
  return index->is_odd || !weir_has_margins(job, position, index->scanned)
    || index->scanned - position > WEIR_LONGEST_LINE;
}

/* Takes one line that has the plan's number of separators. */
WEIR_TARGET WEIR_INLINE bool weir_take_one(
  const weir_layout *layout, const weir_job *job, const weir_columns *columns, const weir_line *line,
  uint32_t row, bool wants_care, weir_outcome *outcome) {
  uint32_t start = line->ends[-1] + 1;
  if (WEIR_RARE(line->block[start] == '#')) return false;
  bool has_margins = true;
  if (WEIR_RARE(wants_care)) {
    if (!weir_is_regular(line, layout->count)) return false;
    has_margins = weir_has_margins(job, start, line->ends[layout->count - 1]);
  }
  if (WEIR_RARE(!has_margins || !weir_take_line(layout, job, columns, line, row, outcome))) {
    weir_outcome other;
    if (!weir_take_line_slowly(job, line, row, &other)) return false;
    *outcome = other;
  }
  weir_take_texts(layout, columns, line, row);
  if (layout->traffic_path >= 0 && columns->traffic_path_missing)
    columns->traffic_path_missing[row / 64] |= outcome->lacks_path << (row % 64);
  if (columns->line_offset) columns->line_offset[row] = start;
  if (WEIR_RARE((outcome->missing | outcome->missing_numbers) != 0)) {
    weir_outcome copy = *outcome;
    weir_note_missing(job, row, &copy);
  }
  return true;
}

/* Takes the lines of the index. Returns false at a line that does not fit, or when the columns are full. */
WEIR_TARGET WEIR_INLINE bool weir_take_chunk(
  const weir_layout *layout, const weir_job *job, const weir_columns *columns, weir_index *index,
  weir_progress *progress) {
  const uint32_t columns_of_line = (uint32_t)layout->count, capacity = progress->capacity;
  uint32_t row = progress->row, first_start = progress->first_start, last_end = progress->last_end;
  uint64_t reversed_times = progress->reversed_times;
  const uint32_t *ends = index->ends + 1, *limit = index->ends + index->count;
  bool wants_care = weir_wants_care(job, index, progress->position), fits = true;
  for (; (size_t)(limit - ends) >= columns_of_line; ends += columns_of_line, row++) {
    weir_line line = {job->block, ends};
    weir_outcome outcome;
    fits = row < capacity && weir_take_one(layout, job, columns, &line, row, wants_care, &outcome);
    if (WEIR_RARE(!fits)) break;
    first_start = outcome.start < first_start ? outcome.start : first_start;
    last_end = outcome.end > last_end ? outcome.end : last_end;
    reversed_times += outcome.end < outcome.start;
  }
  index->next = (uint32_t)(ends - index->ends);
  progress->position = (uint32_t)(ends[-1] + 1);
  progress->row = row;
  progress->first_start = first_start;
  progress->last_end = last_end;
  progress->reversed_times = reversed_times;
  return fits;
}

/* Whether the line that the index holds only in part is too long or will never end. */
WEIR_TARGET WEIR_INLINE bool weir_is_hopeless(const weir_index *index, const weir_progress *progress) {
  return progress->position < progress->end
    && (index->scanned == progress->end || index->scanned - progress->position > WEIR_LONGEST_LINE);
}

WEIR_TARGET WEIR_INLINE bool weir_run(const weir_layout *layout, const weir_job *job, weir_progress *progress) {
  // A copy, so that the compiler knows that no write to a column changes the pointers.
  const weir_columns columns = *job->columns;
  weir_index index;
  weir_index_begin(&index, progress->position);
  while (progress->position < progress->end && progress->row < progress->capacity) {
    weir_index_fill(&index, job->block, progress->end, (uint32_t)layout->count);
    if (!weir_take_chunk(layout, job, &columns, &index, progress) || weir_is_hopeless(&index, progress))
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
