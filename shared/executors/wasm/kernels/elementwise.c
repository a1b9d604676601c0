// Elementwise programs: blocks of up to 512 elements go through the whole body, one step at a time, in memory that stays in
// the first-level cache. A read that runs along with the output is taken where it lies.
#include "math.h"

enum { BLOCK = 512, VALUES = 256, AXES = 8 };

typedef void Step(float *to, const float *a, const float *b, const float *c, int count);

// `y` is computed from the vectors x (of a), z (of b), w (of c). Reads may pass the end by three elements, writes may not.
#define STEP(name, y)                                                                                                  \
  static void name(float *to, const float *a, const float *b, const float *c, int count) {                             \
    (void)b, (void)c;                                                                                                  \
    int i = 0;                                                                                                         \
    for (; i + 4 <= count; i += 4) {                                                                                   \
      vec x = load(a + i), z = load(b + i), w = load(c + i);                                                           \
      (void)x, (void)z, (void)w;                                                                                       \
      store(to + i, y);                                                                                                \
    }                                                                                                                  \
    if (i < count) {                                                                                                   \
      vec x = load(a + i), z = load(b + i), w = load(c + i);                                                           \
      (void)x, (void)z, (void)w;                                                                                       \
      store_part(to + i, y, count - i);                                                                                \
    }                                                                                                                  \
  }
#define SCALAR_STEP(name, y)                                                                                           \
  static void name(float *to, const float *a, const float *b, const float *c, int count) {                             \
    (void)b, (void)c;                                                                                                  \
    for (int i = 0; i < count; i++) to[i] = y;                                                                         \
  }
#define one_where(mask) wasm_v128_and(mask, splat(1.0f))

STEP(step_copy, x)
STEP(step_add, add(x, z))
STEP(step_subtract, sub(x, z))
STEP(step_multiply, mul(x, z))
STEP(step_divide, div(x, z))
STEP(step_maximum, max(x, z))
STEP(step_minimum, min(x, z))
SCALAR_STEP(step_power, power_of(a[i], b[i]))
STEP(step_negate, wasm_f32x4_neg(x))
STEP(step_exp, exp_vec(x))
STEP(step_log, log_vec(x))
STEP(step_sqrt, wasm_f32x4_sqrt(x))
STEP(step_abs, wasm_f32x4_abs(x))
STEP(step_sign, select(wasm_v128_or(splat(1.0f), wasm_v128_and(x, splat(-0.0f))), x, // 0 and NaN are themselves
                       wasm_f32x4_gt(wasm_f32x4_abs(x), splat(0.0f))))
STEP(step_floor, wasm_f32x4_floor(x))
STEP(step_relu, wasm_f32x4_pmax(x, splat(0.0f)))
STEP(step_sigmoid, sigmoid_vec(x))
STEP(step_tanh, tanh_vec(x))
STEP(step_erf, erf_vec(x))
SCALAR_STEP(step_sin, sin_from(a[i], 0))
SCALAR_STEP(step_cos, sin_from(a[i], 1))
STEP(step_greater, one_where(wasm_f32x4_gt(x, z)))
STEP(step_equal, one_where(wasm_f32x4_eq(x, z)))
STEP(step_select, select(z, w, wasm_f32x4_ne(x, splat(0.0f))))
STEP(step_to_float, wasm_f32x4_convert_i32x4(x))
STEP(step_to_int, wasm_i32x4_trunc_sat_f32x4(x))

// In the order of `stepNames` in lower/elementwise.ts.
static Step *const steps[] = {
  step_copy,    step_add,    step_subtract, step_multiply, step_divide,  step_maximum, step_minimum,
  step_power,   step_negate, step_exp,      step_log,      step_sqrt,    step_abs,     step_sign,
  step_floor,   step_relu,   step_sigmoid,  step_tanh,     step_erf,     step_sin,     step_cos,
  step_greater, step_equal,  step_select,   step_to_float, step_to_int,
};

// A read's elements `first` … `first + count − 1`, counted as the output's.
static void gather_block(float *to, const float *from, int rank, const int *sizes, const int *strides, int first, int count) {
  int at[AXES];
  int last = rank - 1;
  for (int axis = last, rest = first; axis >= 0; axis--) {
    at[axis] = rest % sizes[axis];
    rest /= sizes[axis];
    from += at[axis] * strides[axis];
  }
  int stride = strides[last];
  while (count > 0) {
    int run = min_int(sizes[last] - at[last], count);
    if (stride == 0) {
      float x = *from;
      for (int i = 0; i < run; i++) to[i] = x;
    } else if (stride == 1) {
      int i = 0;
      for (; i + 4 <= run; i += 4) store(to + i, load(from + i));
      for (; i < run; i++) to[i] = from[i];
    } else {
      for (int i = 0; i < run; i++) to[i] = from[i * stride];
    }
    to += run, count -= run;
    if (count == 0) return;
    from -= at[last] * stride;
    at[last] = 0;
    for (int axis = last - 1; axis >= 0; axis--) { // carry
      from += strides[axis];
      if (++at[axis] < sizes[axis]) break;
      from -= sizes[axis] * strides[axis];
      at[axis] = 0;
    }
  }
}

// `words`: sizes [rank]; for each read {address, kind, scratch slot, strides [rank]}; for each step {operator, value written,
// three values read}. Values are the reads, then the slots of scratch; the last step writes the output. At most VALUES.
typedef struct {
  float *out;
  int size, rank, reads, slots, steps;
  int words[];
} Elementwise;

enum { ALONG, SCALAR, STRIDED }; // kinds of reads

KERNEL(elementwise, Elementwise) {
  const int *sizes = r->words, *read_words = sizes + r->rank;
  int read_length = 3 + r->rank;
  const int *step_words = read_words + r->reads * read_length;
  float *values[VALUES];
  for (int slot = 0; slot < r->slots; slot++) values[r->reads + slot] = scratch + slot * BLOCK;
  for (int i = 0; i < r->reads; i++) {
    const int *read = read_words + i * read_length;
    if (read[1] == ALONG) continue;
    values[i] = scratch + read[2] * BLOCK;
    if (read[1] == SCALAR) {
      vec x = load_splat((const float *)read[0]);
      int fill = min_int(BLOCK, r->size + 3);
      for (int j = 0; j < fill; j += 4) store(values[i] + j, x);
    }
  }
  for (int first = 0; first < r->size; first += BLOCK) {
    int count = min_int(BLOCK, r->size - first);
    for (int i = 0; i < r->reads; i++) {
      const int *read = read_words + i * read_length;
      if (read[1] == ALONG) values[i] = (float *)read[0] + first;
      else if (read[1] == STRIDED) {
        gather_block(values[i], (const float *)read[0], r->rank, sizes, read + 3, first, count);
      }
    }
    const int *s = step_words;
    for (int i = 0; i < r->steps; i++, s += 5) {
      float *to = i == r->steps - 1 ? r->out + first : values[s[1]];
      steps[s[0]](to, values[s[2]], values[s[3]], values[s[4]], count);
    }
  }
}
