#ifndef WEIR_ALLOCATION_COUNTER_H
#define WEIR_ALLOCATION_COUNTER_H
#include <stdint.h>

/* Calls of malloc, calloc, realloc and their aligned kin since the process began. */
uint64_t weir_allocations(void);

#endif
