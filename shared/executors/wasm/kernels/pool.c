// Pools and their gradients, channels four at a time. Padding is not seen.
#include "window.h"

typedef struct {
  float *out;
  const float *x, *y, *dy; // those of the operator
  Windows w;
} Pool;

// The part of a window that lies within the image.
typedef struct {
  int top, bottom, left, right;
} View;

INLINE View view_of(const Windows *w, int row, int column) {
  int y = row * w->stride_y - w->top, x = column * w->stride_x - w->left;
  return (View){max_int(y, 0), min_int(y + w->rows, w->height), max_int(x, 0), min_int(x + w->columns, w->width)};
}

#define FOR_WINDOWS                                                                                                    \
  const Windows *w = &r->w;                                                                                            \
  int channels = w->channels, place = 0;                                                                               \
  for (int n = 0; n < w->batch; n++)                                                                                   \
    for (int row = 0; row < w->out_height; row++)                                                                      \
      for (int column = 0; column < w->out_width; column++, place += channels)

#define FOR_PIXELS(v)                                                                                                  \
  for (int y = (v).top; y < (v).bottom; y++)                                                                           \
    for (int x = (v).left, at = ((n * w->height + y) * w->width + x) * channels; x < (v).right; x++, at += channels)

INLINE void put(float *to, vec x, int count) {
  if (count >= 4) store(to, x);
  else store_part(to, x, count);
}

KERNEL(max_pool, Pool) {
  FOR_WINDOWS {
    View v = view_of(w, row, column);
    for (int c = 0; c < channels; c += 4) {
      vec best = splat(-__builtin_inff()), none = splat(0); // where a pixel is NaN
      FOR_PIXELS(v) {
        vec pixel = load(r->x + at + c);
        none = wasm_v128_or(none, wasm_f32x4_ne(pixel, pixel));
        best = wasm_f32x4_pmax(best, pixel); // one instruction, where `max` takes eight
      }
      put(r->out + place + c, wasm_v128_or(best, none), channels - c);
    }
  }
}

KERNEL(max_pool_gradient, Pool) {
  zero_words(r->out, r->w.batch * r->w.height * r->w.width * r->w.channels);
  FOR_WINDOWS {
    View v = view_of(w, row, column);
    for (int c = 0; c < channels; c += 4) {
      vec best = load(r->y + place + c), dy = load(r->dy + place + c), open = wasm_i32x4_splat(-1);
      FOR_PIXELS(v) {
        vec smaller = wasm_f32x4_lt(load(r->x + at + c), best); // NaN is not: it counts as largest
        vec hit = wasm_v128_andnot(open, smaller);
        open = wasm_v128_and(open, smaller);
        float *to = r->out + at + c;
        put(to, add(load(to), wasm_v128_and(dy, hit)), channels - c);
      }
    }
  }
}

KERNEL(average_pool, Pool) {
  FOR_WINDOWS {
    View v = view_of(w, row, column);
    vec count = splat((float)((v.bottom - v.top) * (v.right - v.left)));
    for (int c = 0; c < channels; c += 4) {
      vec sum = splat(0);
      FOR_PIXELS(v) sum = add(sum, load(r->x + at + c));
      put(r->out + place + c, div(sum, count), channels - c);
    }
  }
}

KERNEL(average_pool_gradient, Pool) {
  zero_words(r->out, r->w.batch * r->w.height * r->w.width * r->w.channels);
  FOR_WINDOWS {
    View v = view_of(w, row, column);
    vec count = splat((float)((v.bottom - v.top) * (v.right - v.left)));
    for (int c = 0; c < channels; c += 4) {
      vec share = div(load(r->dy + place + c), count);
      FOR_PIXELS(v) {
        float *to = r->out + at + c;
        put(to, add(load(to), share), channels - c);
      }
    }
  }
}
