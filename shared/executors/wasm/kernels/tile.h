// The inner loop of matrix products and convolutions alike: four rows of A times eight columns of B in registers. A row of A is
// a pointer and a step from one k to the next, in segments (the rows under a window); eight columns of B are `b_step` apart.
// Numbers are floats, or whole numbers of two or four neighbouring k in a word, whose sums are whole too.
#pragma once
#include "kernel.h"

enum { ROWS = 4, COLUMNS = 8 };
enum { IDENTITY, RELU, RELU6 };      // activations
enum { FLOAT32, INT16, INT8 }; // what a word of A and B holds: one k, two, four (of A from 0 to 127)

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

// c + the products of what is in each word of x and b, added up.
INLINE vec multiply_add(int numbers, vec x, vec b, vec c) {
  if (numbers == FLOAT32) return mul_add(x, b, c);
  if (numbers == INT16) return wasm_i32x4_add(c, wasm_i32x4_dot_i16x8(x, b));
#ifdef __wasm_relaxed_simd__
  return wasm_i32x4_relaxed_dot_i8x16_i7x16_add(b, x, c);
#else
  vec low = wasm_i32x4_extadd_pairwise_i16x8(wasm_i16x8_extmul_low_i8x16(x, b));
  vec high = wasm_i32x4_extadd_pairwise_i16x8(wasm_i16x8_extmul_high_i8x16(x, b));
  return wasm_i32x4_add(c, wasm_i32x4_add(wasm_i32x4_shuffle(low, high, 0, 2, 4, 6), wasm_i32x4_shuffle(low, high, 1, 3, 5, 7)));
#endif
}

INLINE vec add_sums(int numbers, vec a, vec b) { return numbers == FLOAT32 ? add(a, b) : wasm_i32x4_add(a, b); }

// One k at a time: unrolled, V8 runs out of registers, and a third of the speed is lost.
INLINE Tile multiply_tile(const Operands *o, int numbers) {
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
      c00 = multiply_add(numbers, x0, b0, c00), c01 = multiply_add(numbers, x0, b1, c01);
      vec x1 = load_splat(a1);
      c10 = multiply_add(numbers, x1, b0, c10), c11 = multiply_add(numbers, x1, b1, c11);
      vec x2 = load_splat(a2);
      c20 = multiply_add(numbers, x2, b0, c20), c21 = multiply_add(numbers, x2, b1, c21);
      vec x3 = load_splat(a3);
      c30 = multiply_add(numbers, x3, b0, c30), c31 = multiply_add(numbers, x3, b1, c31);
      a0 += a_step, a1 += a_step, a2 += a_step, a3 += a_step, b += b_step;
    }
  }
  return (Tile){{c00, c10, c20, c30}, {c01, c11, c21, c31}};
}

// The same with one row: what is left over of matrices. Two values of k at a time keep four sums apart.
INLINE void multiply_row(const Operands *o, int numbers, vec *low, vec *high) {
  vec s0 = splat(0), s1 = s0, t0 = s0, t1 = s0;
  const float *b = o->b;
  for (int s = 0; s < o->segments; s++) {
    const float *a = o->a[0] + o->offsets[s];
    int k = o->run;
    for (; k >= 2; k -= 2, a += 2 * o->a_step, b += 2 * o->b_step) {
      vec x = load_splat(a), y = load_splat(a + o->a_step);
      s0 = multiply_add(numbers, x, load(b), s0), s1 = multiply_add(numbers, x, load(b + 4), s1);
      t0 = multiply_add(numbers, y, load(b + o->b_step), t0), t1 = multiply_add(numbers, y, load(b + o->b_step + 4), t1);
    }
    if (k > 0) {
      vec x = load_splat(a);
      s0 = multiply_add(numbers, x, load(b), s0), s1 = multiply_add(numbers, x, load(b + 4), s1);
      b += o->b_step;
    }
  }
  *low = add_sums(numbers, s0, t0), *high = add_sums(numbers, s1, t1);
}

// What becomes of a tile: whole sums less an offset are scaled, both by column; it is added to what is there or not, a bias by column, an activation.
typedef struct {
  bool accumulate;
  const float *scale; // this and the next are of whole numbers alone
  const int *offset;
  const float *bias; // of the tile's first column; may be null
  int activation;
} Finish;

INLINE vec activate(vec x, int activation) {
  if (activation == IDENTITY) return x;
  x = wasm_f32x4_pmax(x, splat(0)); // one instruction, NaN stays
  return activation == RELU6 ? wasm_f32x4_pmin(x, splat(6)) : x;
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
    vec zero = splat(0), six = splat(6);
    for (int i = 0; i < ROWS; i++) t.low[i] = wasm_f32x4_pmax(t.low[i], zero), t.high[i] = wasm_f32x4_pmax(t.high[i], zero);
    if (finish.activation == RELU6) {
      for (int i = 0; i < ROWS; i++) t.low[i] = wasm_f32x4_pmin(t.low[i], six), t.high[i] = wasm_f32x4_pmin(t.high[i], six);
    }
  }
  for (int i = 0; i < ROWS; i++) {
    store(to + i * step, t.low[i]);
    store(to + i * step + 4, t.high[i]);
  }
}

INLINE vec scaled(vec sums, Finish finish, int column) {
  sums = wasm_i32x4_sub(sums, load(finish.offset + column));
  return mul(wasm_f32x4_convert_i32x4(sums), load(finish.scale + column));
}

// `rows` and `columns`: how much of the tile lies within the output. Rows outside must still point at readable memory.
INLINE void run_tile(const Operands *o, int numbers, float *out, int out_step, int rows, int columns, Finish finish) {
  if (rows == 1) {
    vec low, high;
    multiply_row(o, numbers, &low, &high);
    if (numbers != FLOAT32) low = scaled(low, finish, 0), high = scaled(high, finish, 4);
    store_row(out, low, high, columns, finish);
    return;
  }
  Tile t = multiply_tile(o, numbers);
  if (numbers != FLOAT32) {
    for (int i = 0; i < ROWS; i++) t.low[i] = scaled(t.low[i], finish, 0), t.high[i] = scaled(t.high[i], finish, 4);
  }
  if (rows == ROWS && columns == COLUMNS) {
    store_tile(out, out_step, t, finish);
    return;
  }
  store_row(out, t.low[0], t.high[0], columns, finish);
  store_row(out + out_step, t.low[1], t.high[1], columns, finish);
  if (rows > 2) store_row(out + 2 * out_step, t.low[2], t.high[2], columns, finish);
  if (rows > 3) store_row(out + 3 * out_step, t.low[3], t.high[3], columns, finish);
}

INLINE void next_columns(Finish *finish) {
  if (finish->bias) finish->bias += COLUMNS;
  finish->scale += COLUMNS, finish->offset += COLUMNS;
}

// All tiles of four rows, panel by panel.
INLINE void run_row(Operands *o, int numbers, float *out, int out_step, int panel, int rows, int columns, Finish finish) {
  for (int j = 0; j < columns; j += COLUMNS, o->b += panel) {
    run_tile(o, numbers, out + j, out_step, rows, min_int(columns - j, COLUMNS), finish);
    next_columns(&finish);
  }
}

// Whether a whole right-hand side stays in the first-level cache: then tiles go along the rows of the output.
INLINE bool is_small(int k, int n) { return k * n <= 4096; }

// Panels of eight columns, [columns / 8][k][8], zeros at the end. `step_k` and `step_column`: of `b`; one of them is 1.
// `panel`: elements from one panel to the next.
void pack_panels(float *to, int panel, const float *b, int k, int columns, int step_k, int step_column);
