// The inner loop of matrix products and convolutions alike: four rows of A times eight columns of B in registers. A row of A is
// a pointer and a step from one k to the next, in segments (the rows under a window); eight columns of B are `b_step` apart.
#pragma once
#include "kernel.h"

enum { ROWS = 4, COLUMNS = 8 };
enum { IDENTITY, RELU, RELU6 }; // activations

typedef struct {
  const float *a[ROWS];
  int a_step;
  int segments;       // each of `run` values of k
  const int *offsets; // of the segments, from `a`
  int run;
  const float *b;
  int b_step;
} Operands;

typedef struct {
  vec low[ROWS], high[ROWS];
} Tile;

// One k at a time: unrolled, V8 runs out of registers, and a third of the speed is lost.
INLINE Tile multiply_tile(const Operands *o) {
  vec c00 = splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const float *b = o->b;
  int a_step = o->a_step, b_step = o->b_step;
  for (int s = 0; s < o->segments; s++) {
    int offset = o->offsets[s];
    const float *a0 = o->a[0] + offset, *a1 = o->a[1] + offset, *a2 = o->a[2] + offset, *a3 = o->a[3] + offset;
#pragma clang loop unroll(disable)
    for (int k = o->run; k > 0; k--) {
      vec b0 = load(b), b1 = load(b + 4);
      vec x0 = load_splat(a0);
      c00 = add(c00, mul(x0, b0)), c01 = add(c01, mul(x0, b1));
      vec x1 = load_splat(a1);
      c10 = add(c10, mul(x1, b0)), c11 = add(c11, mul(x1, b1));
      vec x2 = load_splat(a2);
      c20 = add(c20, mul(x2, b0)), c21 = add(c21, mul(x2, b1));
      vec x3 = load_splat(a3);
      c30 = add(c30, mul(x3, b0)), c31 = add(c31, mul(x3, b1));
      a0 += a_step, a1 += a_step, a2 += a_step, a3 += a_step, b += b_step;
    }
  }
  return (Tile){{c00, c10, c20, c30}, {c01, c11, c21, c31}};
}

// What becomes of a tile: added to what is there or not, a bias by column, an activation.
typedef struct {
  bool accumulate;
  const float *bias; // of the tile's first column; may be null
  int activation;
} Finish;

INLINE vec activate(vec x, int activation) {
  if (activation == IDENTITY) return x;
  x = max(x, splat(0));
  return activation == RELU6 ? min(x, splat(6)) : x;
}

INLINE void store_row(float *to, vec low, vec high, int columns, Finish finish) {
  if (finish.accumulate) {
    low = add(low, load(to));
    high = add(high, load(to + 4));
  }
  if (finish.bias) {
    low = add(low, load(finish.bias));
    high = add(high, load(finish.bias + 4));
  }
  low = activate(low, finish.activation);
  high = activate(high, finish.activation);
  if (columns >= 4) store(to, low);
  else store_part(to, low, columns);
  if (columns == 8) store(to + 4, high);
  else if (columns > 4) store_part(to + 4, high, columns - 4);
}

// `rows` and `columns`: how much of the tile lies within the output. Rows outside must still point at readable memory.
INLINE void run_tile(const Operands *o, float *out, int out_step, int rows, int columns, Finish finish) {
  Tile t = multiply_tile(o);
  store_row(out, t.low[0], t.high[0], columns, finish);
  if (rows > 1) store_row(out + out_step, t.low[1], t.high[1], columns, finish);
  if (rows > 2) store_row(out + 2 * out_step, t.low[2], t.high[2], columns, finish);
  if (rows > 3) store_row(out + 3 * out_step, t.low[3], t.high[3], columns, finish);
}

// Panels of eight columns, [columns / 8][k][8], zeros at the end. `step_k` and `step_column`: of `b`; one of them is 1.
// `panel`: elements from one panel to the next.
void pack_panels(float *to, int panel, const float *b, int k, int columns, int step_k, int step_column);
