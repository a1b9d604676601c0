// Packs the right-hand side of products, so that the inner loop reads one stream.
#include "tile.h"

static void pack_rows(float *to, const float *b, int k, int columns, int step) {
  for (; k > 0; k--, to += COLUMNS, b += step) {
    if (columns == COLUMNS) {
      store(to, load(b));
      store(to + 4, load(b + 4));
    } else {
      store(to, splat(0));
      store(to + 4, splat(0));
      for (int j = 0; j < columns; j++) to[j] = b[j];
    }
  }
}

// Four columns, each contiguous, to four lanes: a transpose in registers.
static void pack_columns(float *to, const float *b, int k, int columns, int step) {
  const float *b0 = b, *b1 = columns > 1 ? b + step : b, *b2 = columns > 2 ? b1 + step : b, *b3 = columns > 3 ? b2 + step : b;
  vec mask = wasm_i32x4_make(-1, columns > 1 ? -1 : 0, columns > 2 ? -1 : 0, columns > 3 ? -1 : 0);
  for (; k >= 4; k -= 4, b0 += 4, b1 += 4, b2 += 4, b3 += 4, to += 4 * COLUMNS) {
    vec x0 = load(b0), x1 = load(b1), x2 = load(b2), x3 = load(b3);
    vec y0 = wasm_i32x4_shuffle(x0, x1, 0, 4, 1, 5), y1 = wasm_i32x4_shuffle(x0, x1, 2, 6, 3, 7);
    vec y2 = wasm_i32x4_shuffle(x2, x3, 0, 4, 1, 5), y3 = wasm_i32x4_shuffle(x2, x3, 2, 6, 3, 7);
    store(to, wasm_v128_and(wasm_i64x2_shuffle(y0, y2, 0, 2), mask));
    store(to + COLUMNS, wasm_v128_and(wasm_i64x2_shuffle(y0, y2, 1, 3), mask));
    store(to + 2 * COLUMNS, wasm_v128_and(wasm_i64x2_shuffle(y1, y3, 0, 2), mask));
    store(to + 3 * COLUMNS, wasm_v128_and(wasm_i64x2_shuffle(y1, y3, 1, 3), mask));
  }
  for (; k > 0; k--, to += COLUMNS) {
    store(to, wasm_v128_and(wasm_f32x4_make(*b0++, *b1++, *b2++, *b3++), mask));
  }
}

static void zero_half(float *to, int k) {
  for (; k > 0; k--, to += COLUMNS) store(to, splat(0));
}

void pack_panels(float *to, int panel, const float *b, int k, int columns, int step_k, int step_column) {
  for (; columns > 0; columns -= COLUMNS, to += panel, b += COLUMNS * step_column) {
    int here = min_int(columns, COLUMNS);
    if (step_column == 1) pack_rows(to, b, k, here, step_k);
    else {
      pack_columns(to, b, k, min_int(here, 4), step_column);
      if (here > 4) pack_columns(to + 4, b + 4 * step_column, k, here - 4, step_column);
      else zero_half(to + 4, k);
    }
  }
}

typedef struct {
  float *to;
  const float *from;
  int k, columns, step_k, step_column;
} Pack;

KERNEL(pack, Pack) { pack_panels(r->to, r->k * COLUMNS, r->from, r->k, r->columns, r->step_k, r->step_column); }
