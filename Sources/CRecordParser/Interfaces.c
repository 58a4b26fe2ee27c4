#include "Interfaces.h"

bool weir_interface_make_entry(const uint8_t *id, size_t length, uint32_t number, weir_interface_entry *entry) {
  if (length == 0 || length > WEIR_LONGEST_INTERFACE) return false;
  weir_interface_words((weir_field){id, (uint32_t)length}, entry);
  entry->number = number;
  return true;
}

bool weir_interface_add(weir_interface_entry *entries, size_t places, const weir_interface_entry *entry) {
  size_t place = weir_interface_hash(entry->first, entry->second, entry->third);
  for (int probe = 0; probe < WEIR_PROBE_LIMIT; probe++, place++) {
    weir_interface_entry *there = &entries[place & (places - 1)];
    bool is_same = there->first == entry->first && there->second == entry->second
      && there->third == entry->third && there->length == entry->length;
    if (there->length != 0 && !is_same) continue;
    *there = *entry;
    return true;
  }
  return false;
}
