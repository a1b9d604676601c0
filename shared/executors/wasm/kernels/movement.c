// Values moved as they are: strided copies, rows by number, chance. Indices out of range are moved into it, so that nothing
// outside is ever touched. int32 values travel as float32 words.
#include "kernel.h"

enum { AXES = 8 };

typedef struct {
  float *to;
  const float *from;
  int rank;
  int words[]; // sizes [rank], steps of `from` [rank], steps of `to` [rank]
} CopyStrided;

static void copy_run(float *to, const float *from, int count, int from_step, int to_step) {
  if (from_step == 1 && to_step == 1) {
    if (count >= 32) {
      copy_words(to, from, count);
      return;
    }
    int i = 0;
    for (; i + 4 <= count; i += 4) store(to + i, load(from + i));
    for (; i < count; i++) to[i] = from[i];
  } else {
    for (; count > 0; count--, from += from_step, to += to_step) *to = *from;
  }
}

// [rows, columns] with `from` contiguous along rows and `to` along columns: squares of four through registers.
static void transpose(float *to, const float *from, int rows, int columns, int from_step, int to_step) {
  int j = 0;
  for (; j + 4 <= columns; j += 4) {
    const float *f = from + j * from_step;
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      vec x0 = load(f + i), x1 = load(f + i + from_step), x2 = load(f + i + 2 * from_step), x3 = load(f + i + 3 * from_step);
      vec y0 = wasm_i32x4_shuffle(x0, x1, 0, 4, 1, 5), y1 = wasm_i32x4_shuffle(x0, x1, 2, 6, 3, 7);
      vec y2 = wasm_i32x4_shuffle(x2, x3, 0, 4, 1, 5), y3 = wasm_i32x4_shuffle(x2, x3, 2, 6, 3, 7);
      float *t = to + i * to_step + j;
      store(t, wasm_i64x2_shuffle(y0, y2, 0, 2));
      store(t + to_step, wasm_i64x2_shuffle(y0, y2, 1, 3));
      store(t + 2 * to_step, wasm_i64x2_shuffle(y1, y3, 0, 2));
      store(t + 3 * to_step, wasm_i64x2_shuffle(y1, y3, 1, 3));
    }
    for (; i < rows; i++) {
      for (int l = 0; l < 4; l++) to[i * to_step + j + l] = f[i + l * from_step];
    }
  }
  for (; j < columns; j++) {
    for (int i = 0; i < rows; i++) to[i * to_step + j] = from[i + j * from_step];
  }
}

KERNEL(copy_strided, CopyStrided) {
  const int *sizes = r->words, *from_steps = sizes + r->rank, *to_steps = from_steps + r->rank;
  int last = r->rank - 1, before = last - 1;
  // The last two axes at once where they change places.
  bool square = before >= 0 && from_steps[before] == 1 && to_steps[last] == 1 && from_steps[last] != 1;
  int outer = square ? before : last;
  int at[AXES] = {0};
  float *to = r->to;
  const float *from = r->from;
  for (int axis = 0; axis <= last; axis++) if (sizes[axis] == 0) return;
  for (;;) {
    if (square) transpose(to, from, sizes[before], sizes[last], from_steps[last], to_steps[before]);
    else copy_run(to, from, sizes[last], from_steps[last], to_steps[last]);
    int axis = outer - 1;
    for (; axis >= 0; axis--) {
      from += from_steps[axis], to += to_steps[axis];
      if (++at[axis] < sizes[axis]) break;
      from -= sizes[axis] * from_steps[axis], to -= sizes[axis] * to_steps[axis];
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}

typedef struct {
  float *to;
  int count;
} Zeros;

KERNEL(zeros, Zeros) { zero_words(r->to, r->count); }

typedef struct {
  float *out;
  const float *x;
  const int *indices;
  int rows, width, count;
} Rows;

INLINE int clamp_row(int index, int rows) { return min_int(max_int(index, 0), rows - 1); }

KERNEL(gather, Rows) {
  float *out = r->out;
  for (int i = 0; i < r->count; i++, out += r->width) {
    copy_run(out, r->x + clamp_row(r->indices[i], r->rows) * r->width, r->width, 1, 1);
  }
}

// x: values [count, width]; out: [rows, width].
KERNEL(scatter_add, Rows) {
  zero_words(r->out, r->rows * r->width);
  const float *x = r->x;
  for (int i = 0; i < r->count; i++, x += r->width) {
    float *to = r->out + clamp_row(r->indices[i], r->rows) * r->width;
    int j = 0;
    for (; j + 4 <= r->width; j += 4) store(to + j, add(load(to + j), load(x + j)));
    for (; j < r->width; j++) to[j] += x[j];
  }
}

// `count` rows from `indices[0]` on.
KERNEL(slice_at, Rows) {
  int from = max_int(0, min_int(r->indices[0], r->rows - r->count));
  copy_words(r->out, r->x + from * r->width, r->count * r->width);
}

typedef struct {
  float *out;
  const int *indices;
  int count, depth;
} OneHot;

KERNEL(one_hot, OneHot) {
  zero_words(r->out, r->count * r->depth);
  for (int i = 0; i < r->count; i++) {
    if ((unsigned)r->indices[i] < (unsigned)r->depth) r->out[i * r->depth + r->indices[i]] = 1;
  }
}

typedef struct {
  float *out;
  const uint32_t *step;
  uint32_t seed;
  int count;
} RandomUniform;

enum : uint32_t { GOLDEN = 0x9e3779b9 };

INLINE vec mix(vec h) { // as in graph/random.ts
  h = wasm_i32x4_mul(wasm_v128_xor(h, wasm_u32x4_shr(h, 16)), wasm_u32x4_splat(0x85ebca6b));
  h = wasm_i32x4_mul(wasm_v128_xor(h, wasm_u32x4_shr(h, 13)), wasm_u32x4_splat(0xc2b2ae35));
  return wasm_v128_xor(h, wasm_u32x4_shr(h, 16));
}

KERNEL(random_uniform, RandomUniform) {
  vec key = mix(wasm_i32x4_add(mix(wasm_u32x4_splat(r->seed + GOLDEN)), wasm_u32x4_splat(*r->step)));
  key = wasm_i32x4_add(key, wasm_u32x4_make(0, GOLDEN, GOLDEN * 2, GOLDEN * 3));
  for (int i = 0; i < r->count; i += 4) {
    vec x = mul(wasm_f32x4_convert_u32x4(wasm_u32x4_shr(mix(key), 8)), splat(0x1p-24f));
    if (i + 4 <= r->count) store(r->out + i, x);
    else store_part(r->out + i, x, r->count - i);
    key = wasm_i32x4_add(key, wasm_u32x4_splat(GOLDEN * 4));
  }
}
