// Sums, means and maxima over some axes: a walk over outer axes, and inside it either a contiguous run that is reduced, or rows
// that are reduced into one. Long sums are taken in parts, so that rounding errors do not pile up.
#include "kernel.h"

enum { AXES = 8, PART = 256 };
enum { SUM, MEAN, MAX };

typedef struct {
  float *out;
  const float *x;
  int kind;
  int size;          // of out
  int count;         // elements that go into each
  int rows, columns; // the inner part: reduced × kept; a contiguous run is [rows, 1]
  int rank;          // of the outer axes
  int words[];       // their sizes [rank], steps in x [rank], steps in out [rank], 0 for reduced ones
} Reduce;

INLINE vec join(vec a, vec b, bool is_max) { return is_max ? max(a, b) : add(a, b); }

static float reduce_run(const float *x, int count, bool is_max) {
  vec start = splat(is_max ? -__builtin_inff() : 0), total = start;
  float rest = is_max ? -__builtin_inff() : 0;
  for (int from = 0; from < count; from += PART * 4) {
    int end = min_int(count, from + PART * 4), i = from;
    vec s0 = start, s1 = start, s2 = start, s3 = start;
    for (; i + 16 <= end; i += 16) {
      s0 = join(s0, load(x + i), is_max), s1 = join(s1, load(x + i + 4), is_max);
      s2 = join(s2, load(x + i + 8), is_max), s3 = join(s3, load(x + i + 12), is_max);
    }
    for (; i + 4 <= end; i += 4) s0 = join(s0, load(x + i), is_max);
    for (; i < end; i++) rest = wasm_f32x4_extract_lane(join(splat(rest), splat(x[i]), is_max), 0);
    total = join(total, join(join(s0, s1, is_max), join(s2, s3, is_max), is_max), is_max);
  }
  float lanes = is_max ? max_lanes(total) : sum_lanes(total);
  return wasm_f32x4_extract_lane(join(splat(lanes), splat(rest), is_max), 0);
}

static void reduce_rows(float *out, const float *x, int rows, int columns, bool is_max) {
  vec start = splat(is_max ? -__builtin_inff() : 0);
  for (int from = 0; from < rows; from += PART, x += PART * columns) {
    int count = min_int(PART, rows - from), j = 0;
    for (; j + 16 <= columns; j += 16) {
      vec s0 = start, s1 = start, s2 = start, s3 = start;
      const float *row = x + j;
      for (int i = 0; i < count; i++, row += columns) {
        s0 = join(s0, load(row), is_max), s1 = join(s1, load(row + 4), is_max);
        s2 = join(s2, load(row + 8), is_max), s3 = join(s3, load(row + 12), is_max);
      }
      float *to = out + j;
      store(to, join(load(to), s0, is_max)), store(to + 4, join(load(to + 4), s1, is_max));
      store(to + 8, join(load(to + 8), s2, is_max)), store(to + 12, join(load(to + 12), s3, is_max));
    }
    for (; j < columns; j += 4) {
      vec s = start;
      const float *row = x + j;
      for (int i = 0; i < count; i++, row += columns) s = join(s, load(row), is_max);
      s = join(load(out + j), s, is_max);
      if (j + 4 <= columns) store(out + j, s);
      else store_part(out + j, s, columns - j);
    }
  }
}

KERNEL(reduce, Reduce) {
  bool is_max = r->kind == MAX;
  for (int i = 0; i < r->size; i++) r->out[i] = is_max ? -__builtin_inff() : 0;
  const int *sizes = r->words, *x_steps = sizes + r->rank, *out_steps = x_steps + r->rank;
  int at[AXES] = {0};
  const float *x = r->x;
  float *out = r->out;
  for (; r->count > 0;) {
    if (r->columns == 1) {
      float y = reduce_run(x, r->rows, is_max);
      *out = wasm_f32x4_extract_lane(join(splat(*out), splat(y), is_max), 0);
    } else reduce_rows(out, x, r->rows, r->columns, is_max);
    int axis = r->rank - 1;
    for (; axis >= 0; axis--) {
      x += x_steps[axis], out += out_steps[axis];
      if (++at[axis] < sizes[axis]) break;
      x -= sizes[axis] * x_steps[axis], out -= sizes[axis] * out_steps[axis];
      at[axis] = 0;
    }
    if (axis < 0) break;
  }
  if (r->kind == MEAN) {
    for (int i = 0; i < r->size; i++) r->out[i] /= (float)r->count;
  }
}
