#ifndef WEIR_INTERFACES_H
#define WEIR_INTERFACES_H
#include "Internal.h"

enum { WEIR_LONGEST_INTERFACE = 24, WEIR_PROBE_LIMIT = 32 };

WEIR_INLINE uint64_t weir_load64(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

WEIR_INLINE size_t weir_interface_hash(uint64_t first, uint64_t second, uint64_t third) {
  uint64_t mixed = (first ^ second * 0x9e3779b97f4a7c15u ^ third) * 0xff51afd7ed558ccdu;
  return (size_t)(mixed >> 32);
}

/* Three words that hold an id whole: with an overlap where it is long enough, padded with zeros where it is not. */
WEIR_INLINE weir_interface_entry weir_interface_key(weir_field id) {
  weir_interface_entry key = {.length = id.length};
  if (id.length < 8) {
    memcpy(&key.first, id.text, id.length);
    return key;
  }
  key.first = weir_load64(id.text);
  key.second = weir_load64(id.text + (id.length > 16 ? 8 : id.length - 8));
  key.third = id.length > 16 ? weir_load64(id.text + id.length - 8) : 0;
  return key;
}

WEIR_INLINE bool weir_interface_is(const weir_interface_entry *entry, const weir_interface_entry *key) {
  uint64_t difference =
    (entry->first ^ key->first) | (entry->second ^ key->second) | (entry->third ^ key->third);
  return (difference | (entry->length ^ key->length)) == 0;
}

/* Finds the number of an id of at most 24 bytes. */
bool weir_interface_find(const weir_interface_table *table, weir_field id, uint32_t *number);

#endif
