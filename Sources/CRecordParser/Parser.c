#include "Internal.h"
#include <stdatomic.h>

/* Notes a column unless the caller wants none of it. */
static int16_t wanted(const void *places, int column) { return places ? (int16_t)column : -1; }

static bool add_slot(
  int16_t *slot_columns, uint8_t *slots, int16_t *count, int limit, uint64_t *const *places, uint8_t slot,
  int column) {
  if (slot >= limit || *count >= limit) return false;
  if (!places[slot]) return true;
  slot_columns[*count] = (int16_t)column;
  slots[(*count)++] = slot;
  return true;
}

static bool add_step(weir_layout *to, const weir_columns *columns, weir_step step, int column) {
  switch (step.kind) {
    case WEIR_STEP_SKIP: break;
    case WEIR_STEP_INTERFACE: to->interface = wanted(columns->interface_number, column); break;
    case WEIR_STEP_SOURCE: to->source = wanted(columns->source, column); break;
    case WEIR_STEP_DESTINATION: to->destination = wanted(columns->destination, column); break;
    case WEIR_STEP_PACKET_SOURCE: to->packet_source = wanted(columns->packet_source, column); break;
    case WEIR_STEP_PACKET_DESTINATION:
      to->packet_destination = wanted(columns->packet_destination, column);
      break;
    case WEIR_STEP_SOURCE_PORT: to->source_port = wanted(columns->source_port, column); break;
    case WEIR_STEP_DESTINATION_PORT:
      to->destination_port = wanted(columns->destination_port, column);
      break;
    case WEIR_STEP_PROTOCOL: to->protocol = wanted(columns->protocol, column); break;
    case WEIR_STEP_PACKETS: to->packets = wanted(columns->packets, column); break;
    case WEIR_STEP_BYTES: to->bytes = wanted(columns->bytes, column); break;
    case WEIR_STEP_START:
      to->start = (int16_t)column;
      to->writes_start = columns->start != NULL;
      break;
    case WEIR_STEP_END:
      to->end = (int16_t)column;
      to->writes_end = columns->end != NULL;
      break;
    case WEIR_STEP_ACTION: to->action = wanted(columns->action, column); break;
    case WEIR_STEP_LOG_STATUS: to->log_status = (int16_t)column; break;
    case WEIR_STEP_TCP_FLAGS: to->tcp_flags = wanted(columns->tcp_flags, column); break;
    case WEIR_STEP_TRAFFIC_PATH: to->traffic_path = wanted(columns->traffic_path, column); break;
    case WEIR_STEP_NUMBER:
      return add_slot(
        to->number_column, to->number_slot, &to->number_count, WEIR_NUMBER_SLOTS, columns->number, step.slot,
        column);
    case WEIR_STEP_TEXT:
      return add_slot(
        to->text_column, to->text_slot, &to->text_count, WEIR_TEXT_SLOTS, columns->text, step.slot, column);
    default: return false;
  }
  return true;
}

/* Turns a plan around. Returns false for a plan beyond the limits. */
static bool make_layout(const weir_plan *plan, const weir_columns *columns, weir_layout *layout) {
  *layout = (weir_layout){
    .interface = -1, .source = -1, .destination = -1, .packet_source = -1, .packet_destination = -1,
    .source_port = -1, .destination_port = -1, .protocol = -1, .packets = -1, .bytes = -1, .start = -1,
    .end = -1, .action = -1, .log_status = -1, .tcp_flags = -1, .traffic_path = -1};
  if (plan->count < 1 || plan->count > WEIR_COLUMN_LIMIT) return false;
  for (int column = 0; column < plan->count; column++)
    if (!add_step(layout, columns, plan->steps[column], column)) return false;
  layout->count = (int16_t)plan->count;
  return true;
}

/* The best variant that this processor can run, settled at the first call; 0 for none, -1 while unknown. */
static atomic_int best_variant = -1;

unsigned weir_parser_variants(void) {
  unsigned variants = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("popcnt")) variants |= WEIR_VARIANT_SSE41;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
    && __builtin_cpu_supports("popcnt"))
    variants |= WEIR_VARIANT_AVX2;
#endif
  return variants;
}

static unsigned best(void) {
  int variant = atomic_load_explicit(&best_variant, memory_order_relaxed);
  if (variant >= 0) return (unsigned)variant;
  unsigned variants = weir_parser_variants();
  variant = variants & WEIR_VARIANT_AVX2 ? WEIR_VARIANT_AVX2 : (int)(variants & WEIR_VARIANT_SSE41);
  atomic_store_explicit(&best_variant, variant, memory_order_relaxed);
  return (unsigned)variant;
}

bool weir_parser_available(void) { return best() != 0; }

bool weir_parse_lines_with(
  unsigned variant, const uint8_t *block, size_t readable, const weir_plan *plan,
  const weir_interface_table *interfaces, const weir_columns *columns, weir_progress *progress) {
  if (progress->position >= progress->end || progress->row >= progress->capacity) return false;
  // Places in the block have 32 bits.
  if (progress->end >= UINT32_MAX || progress->end > readable) return true;
  weir_job job = {.block = block, .readable = readable, .interfaces = interfaces, .columns = columns};
  if (!make_layout(plan, columns, &job.layout)) return true;
  job.is_standard = memcmp(&job.layout, &weir_standard_layout, sizeof job.layout) == 0;
#if defined(__x86_64__)
  if (variant == WEIR_VARIANT_AVX2) return weir_run_avx2(&job, progress);
  if (variant == WEIR_VARIANT_SSE41) return weir_run_sse41(&job, progress);
#endif
  (void)variant;
  return true;
}

bool weir_parse_lines(
  const uint8_t *block, size_t readable, const weir_plan *plan, const weir_interface_table *interfaces,
  const weir_columns *columns, weir_progress *progress) {
  return weir_parse_lines_with(best(), block, readable, plan, interfaces, columns, progress);
}
