#include "Internal.h"

static void set_bit(uint64_t *mask, uint32_t row) {
  if (mask) mask[row / 64] |= UINT64_C(1) << (row % 64);
}

static uint64_t *mask_of(const weir_columns *columns, int kind) {
  switch (kind) {
    case WEIR_STEP_INTERFACE: return columns->interface_missing;
    case WEIR_STEP_SOURCE: return columns->source_missing;
    case WEIR_STEP_DESTINATION: return columns->destination_missing;
    case WEIR_STEP_PACKET_SOURCE: return columns->packet_source_missing;
    case WEIR_STEP_PACKET_DESTINATION: return columns->packet_destination_missing;
    case WEIR_STEP_SOURCE_PORT: return columns->source_port_missing;
    case WEIR_STEP_DESTINATION_PORT: return columns->destination_port_missing;
    case WEIR_STEP_PROTOCOL: return columns->protocol_missing;
    case WEIR_STEP_PACKETS: return columns->packets_missing;
    case WEIR_STEP_BYTES: return columns->bytes_missing;
    case WEIR_STEP_ACTION: return columns->action_missing;
    case WEIR_STEP_TCP_FLAGS: return columns->tcp_flags_missing;
    default: return NULL;
  }
}

void weir_note_missing(const weir_job *job, uint32_t row, const weir_outcome *outcome) {
  for (uint32_t rest = outcome->missing; rest != 0; rest &= rest - 1)
    set_bit(mask_of(job->columns, __builtin_ctz(rest)), row);
  for (uint32_t rest = outcome->missing_numbers; rest != 0; rest &= rest - 1)
    set_bit(job->columns->number_missing[job->layout.number_slot[__builtin_ctz(rest)]], row);
}
