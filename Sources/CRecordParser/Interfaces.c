#include "Interfaces.h"

bool weir_interface_find(const weir_interface_table *table, weir_field id, uint32_t *number) {
  weir_interface_entry key = weir_interface_key(id);
  size_t place = weir_interface_hash(key.first, key.second, key.third);
  for (int probe = 0; probe < WEIR_PROBE_LIMIT; probe++, place++) {
    const weir_interface_entry *entry = &table->entries[place & (table->places - 1)];
    if (entry->length == 0) return false;
    if (!weir_interface_is(entry, &key)) continue;
    *number = entry->number;
    return true;
  }
  return false;
}

bool weir_interface_make_entry(const uint8_t *id, size_t length, uint32_t number, weir_interface_entry *entry) {
  if (length == 0 || length > WEIR_LONGEST_INTERFACE) return false;
  *entry = weir_interface_key((weir_field){id, (uint32_t)length});
  entry->number = number;
  return true;
}

bool weir_interface_add(weir_interface_entry *entries, size_t places, const weir_interface_entry *entry) {
  size_t place = weir_interface_hash(entry->first, entry->second, entry->third);
  for (int probe = 0; probe < WEIR_PROBE_LIMIT; probe++, place++) {
    weir_interface_entry *there = &entries[place & (places - 1)];
    if (there->length != 0) {
      if (weir_interface_is(there, entry)) return false;
      continue;
    }
    *there = *entry;
    return true;
  }
  return false;
}
