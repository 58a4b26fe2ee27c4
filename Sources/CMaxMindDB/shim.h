#ifndef WEIR_CMAXMINDDB_SHIM_H
#define WEIR_CMAXMINDDB_SHIM_H
#include <maxminddb.h>
#include <string.h>

/* Looks up an IPv6 address, or an IPv4 address in mapped form, given in network order. */
static inline int weir_geo_find(const MMDB_s *database, const uint8_t *address, int is_v4,
                                MMDB_lookup_result_s *result) {
  int status = MMDB_SUCCESS;
  if (is_v4) {
    struct sockaddr_in socket = {.sin_family = AF_INET};
    memcpy(&socket.sin_addr, address + 12, 4);
    *result = MMDB_lookup_sockaddr(database, (const struct sockaddr *)&socket, &status);
  } else {
    struct sockaddr_in6 socket = {.sin6_family = AF_INET6};
    memcpy(&socket.sin6_addr, address, 16);
    *result = MMDB_lookup_sockaddr(database, (const struct sockaddr *)&socket, &status);
  }
  return status;
}

/* Reads a text at a path of one key or, with an outer key, two; length 0 where there is none. */
static inline const char *weir_geo_text(MMDB_entry_s *entry, const char *outer, const char *key,
                                        uint32_t *length) {
  const char *path[] = {outer ? outer : key, outer ? key : NULL, NULL};
  MMDB_entry_data_s value;
  *length = 0;
  int status = MMDB_aget_value(entry, &value, path);
  if (status != MMDB_SUCCESS || !value.has_data || value.type != MMDB_DATA_TYPE_UTF8_STRING)
    return NULL;
  *length = value.data_size;
  return value.utf8_string;
}

/* Reads a number of at most 32 bits; 0 where there is none. */
static inline uint32_t weir_geo_number(MMDB_entry_s *entry, const char *key) {
  const char *path[] = {key, NULL};
  MMDB_entry_data_s value;
  int status = MMDB_aget_value(entry, &value, path);
  if (status != MMDB_SUCCESS || !value.has_data) return 0;
  if (value.type == MMDB_DATA_TYPE_UINT32) return value.uint32;
  return value.type == MMDB_DATA_TYPE_UINT16 ? value.uint16 : 0;
}

#endif
