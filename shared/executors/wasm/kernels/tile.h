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
      c00 = mul_add(x0, b0, c00), c01 = mul_add(x0, b1, c01);
      vec x1 = load_splat(a1);
      c10 = mul_add(x1, b0, c10), c11 = mul_add(x1, b1, c11);
      vec x2 = load_splat(a2);
      c20 = mul_add(x2, b0, c20), c21 = mul_add(x2, b1, c21);
      vec x3 = load_splat(a3);
      c30 = mul_add(x3, b0, c30), c31 = mul_add(x3, b1, c31);
      a0 += a_step, a1 += a_step, a2 += a_step, a3 += a_step, b += b_step;
    }
  }
  return (Tile){{c00, c10, c20, c30}, {c01, c11, c21, c31}};
}

// The same with one row: what is left over of matrices. Two values of k at a time keep four sums apart.
INLINE void multiply_row(const Operands *o, vec *low, vec *high) {
  vec s0 = splat(0), s1 = s0, t0 = s0, t1 = s0;
  const float *b = o->b;
  for (int s = 0; s < o->segments; s++) {
    const float *a = o->a[0] + o->offsets[s];
    int k = o->run;
    for (; k >= 2; k -= 2, a += 2 * o->a_step, b += 2 * o->b_step) {
      vec x = load_splat(a), y = load_splat(a + o->a_step);
      s0 = mul_add(x, load(b), s0), s1 = mul_add(x, load(b + 4), s1);
      t0 = mul_add(y, load(b + o->b_step), t0), t1 = mul_add(y, load(b + o->b_step + 4), t1);
    }
    if (k > 0) {
      vec x = load_splat(a);
      s0 = mul_add(x, load(b), s0), s1 = mul_add(x, load(b + 4), s1);
      b += o->b_step;
    }
  }
  *low = add(s0, t0), *high = add(s1, t1);
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

// A whole tile: each question is asked once.
INLINE void store_tile(float *to, int step, Tile t, Finish finish) {
  if (finish.accumulate) {
    for (int i = 0; i < ROWS; i++) {
      t.low[i] = add(t.low[i], load(to + i * step));
      t.high[i] = add(t.high[i], load(to + i * step + 4));
    }
  }
  if (finish.bias) {
    vec b0 = load(finish.bias), b1 = load(finish.bias + 4);
    for (int i = 0; i < ROWS; i++) t.low[i] = add(t.low[i], b0), t.high[i] = add(t.high[i], b1);
  }
  if (finish.activation != IDENTITY) {
    for (int i = 0; i < ROWS; i++) t.low[i] = max(t.low[i], splat(0)), t.high[i] = max(t.high[i], splat(0));
    if (finish.activation == RELU6) {
      for (int i = 0; i < ROWS; i++) t.low[i] = min(t.low[i], splat(6)), t.high[i] = min(t.high[i], splat(6));
    }
  }
  for (int i = 0; i < ROWS; i++) {
    store(to + i * step, t.low[i]);
    store(to + i * step + 4, t.high[i]);
  }
}

// `rows` and `columns`: how much of the tile lies within the output. Rows outside must still point at readable memory.
INLINE void run_tile(const Operands *o, float *out, int out_step, int rows, int columns, Finish finish) {
  if (rows == 1) {
    vec low, high;
    multiply_row(o, &low, &high);
    store_row(out, low, high, columns, finish);
    return;
  }
  Tile t = multiply_tile(o);
  if (rows == ROWS && columns == COLUMNS) {
    store_tile(out, out_step, t, finish);
    return;
  }
  store_row(out, t.low[0], t.high[0], columns, finish);
  store_row(out + out_step, t.low[1], t.high[1], columns, finish);
  if (rows > 2) store_row(out + 2 * out_step, t.low[2], t.high[2], columns, finish);
  if (rows > 3) store_row(out + 3 * out_step, t.low[3], t.high[3], columns, finish);
}

// All tiles of four rows, panel by panel.
INLINE void run_row(Operands *o, float *out, int out_step, int panel, int rows, int columns, Finish finish) {
  for (int j = 0; j < columns; j += COLUMNS, o->b += panel) {
    run_tile(o, out + j, out_step, rows, min_int(columns - j, COLUMNS), finish);
    if (finish.bias) finish.bias += COLUMNS;
  }
}

// Whether a whole right-hand side stays in the first-level cache: then tiles go along the rows of the output.
INLINE bool is_small(int k, int n) { return k * n <= 4096; }

// Panels of eight columns, [columns / 8][k][8], zeros at the end. `step_k` and `step_column`: of `b`; one of them is 1.
// `panel`: elements from one panel to the next.
void pack_panels(float *to, int panel, const float *b, int k, int columns, int step_k, int step_column);
