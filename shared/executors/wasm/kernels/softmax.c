// Softmax over rows, and cross-entropy with it.
#include "math.h"

// eˣ⁻ᵐᵃˣ into `to`; returns their sum.
static float exp_row(float *to, const float *x, int width, float largest) {
  vec sums = splat(0), shift = splat(largest);
  int j = 0;
  for (; j + 4 <= width; j += 4) {
    vec y = exp_vec(sub(load(x + j), shift));
    store(to + j, y);
    sums = add(sums, y);
  }
  float sum = sum_lanes(sums);
  if (j < width) {
    vec y = exp_vec(sub(load(x + j), shift));
    store_part(to + j, y, width - j);
    for (; j < width; j++) sum += to[j];
  }
  return sum;
}

static float largest_of(const float *x, int width) {
  vec y = splat(-__builtin_inff());
  int j = 0;
  for (; j + 4 <= width; j += 4) y = max(y, load(x + j));
  for (; j < width; j++) y = max(y, splat(x[j]));
  return max_lanes(y);
}

static void scale_row(float *to, int width, float by) {
  int j = 0;
  for (; j + 4 <= width; j += 4) store(to + j, mul(load(to + j), splat(by)));
  for (; j < width; j++) to[j] *= by;
}

typedef struct {
  float *out;
  const float *x; // [rows, width]
  int rows, width;
  const int *labels; // [rows]
  const float *dy;   // [rows]
} Softmax;

KERNEL(softmax, Softmax) {
  for (int i = 0; i < r->rows; i++) {
    const float *x = r->x + i * r->width;
    float *out = r->out + i * r->width;
    float sum = exp_row(out, x, r->width, largest_of(x, r->width));
    int j = 0;
    for (; j + 4 <= r->width; j += 4) store(out + j, div(load(out + j), splat(sum)));
    for (; j < r->width; j++) out[j] /= sum;
  }
}

INLINE int label_of(const Softmax *r, int i) { return min_int(max_int(r->labels[i], 0), r->width - 1); }

KERNEL(softmax_cross_entropy, Softmax) {
  for (int i = 0; i < r->rows; i++) {
    const float *x = r->x + i * r->width;
    float largest = largest_of(x, r->width);
    float sum = exp_row(scratch, x, r->width, largest);
    r->out[i] = wasm_f32x4_extract_lane(log_vec(splat(sum)), 0) + (largest - x[label_of(r, i)]);
  }
}

KERNEL(softmax_cross_entropy_gradient, Softmax) {
  for (int i = 0; i < r->rows; i++) {
    const float *x = r->x + i * r->width;
    float *out = r->out + i * r->width;
    float sum = exp_row(out, x, r->width, largest_of(x, r->width));
    scale_row(out, r->width, r->dy[i] / sum);
    out[label_of(r, i)] -= r->dy[i];
  }
}
