#include "Internal.h"

/*
 * An IPv4 address has 81 shapes: four parts of one to three digits. A shape's key has a bit for each dot and one for
 * the end. The multiplier of the hash was found by trial; it gives each key a place of its own.
 */
#define END1(a) (a)
#define END2(a, b) (END1(a) + 1 + (b))
#define END3(a, b, c) (END2(a, b) + 1 + (c))
#define END4(a, b, c, d) (END3(a, b, c) + 1 + (d))
#define KEY(a, b, c, d) (1u << END1(a) | 1u << END2(a, b) | 1u << END3(a, b, c) | 1u << END4(a, b, c, d))

/* Four places of a part that ends at `end`; 0x80 gives a zero. */
#define PART(end, length) 0x80, (length) > 2 ? (end) - 3 : 0x80, (length) > 1 ? (end) - 2 : 0x80, (end) - 1
#define SHUFFLE(a, b, c, d) \
  {PART(END1(a), a), PART(END2(a, b), b), PART(END3(a, b, c), c), PART(END4(a, b, c, d), d)}

#define SMALLEST(length) ((length) == 1 ? 0 : (length) == 2 ? 10 : 100)

#define EACH1(row, a, b, c) row(a, b, c, 1), row(a, b, c, 2), row(a, b, c, 3)
#define EACH2(row, a, b) EACH1(row, a, b, 1), EACH1(row, a, b, 2), EACH1(row, a, b, 3)
#define EACH3(row, a) EACH2(row, a, 1), EACH2(row, a, 2), EACH2(row, a, 3)
#define EACH4(row) EACH3(row, 1), EACH3(row, 2), EACH3(row, 3)

#define KEY_ROW(a, b, c, d) [WEIR_DOTTED_HASH(KEY(a, b, c, d))] = KEY(a, b, c, d)
#define SHAPE_ROW(a, b, c, d)             \
  [WEIR_DOTTED_HASH(KEY(a, b, c, d))] = { \
    SHUFFLE(a, b, c, d), {SMALLEST(a), SMALLEST(b), SMALLEST(c), SMALLEST(d)}}

const uint16_t weir_dotted_keys[256] = {EACH4(KEY_ROW)};
_Alignas(64) const weir_dotted_shape weir_dotted_shapes[256] = {EACH4(SHAPE_ROW)};
