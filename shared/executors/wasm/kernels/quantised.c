// Matrix products and convolutions in whole numbers of 16 or 8 bits: x is rounded by a scale that was found beforehand, weights by
// one for each column, and sums are exact. Steps and sizes are in words: two or four neighbouring channels, the last filled with
// weights of 0. The number 0 need not be a whole 0 in x; what that adds to each column is known, and taken off again.
#include "tile.h"
#include "window.h"

typedef struct {
  int numbers; // INT16 or INT8
  float inverse, zero, least, most; // x becomes x · inverse + zero, between least and most
} Rounding;

typedef struct {
  float *out;
  const float *x;
  const int *b; // packed panels
  const float *bias;   // or null
  const float *scales; // by column
  const int *offsets;  // by column
  int activation, m, n, channels;
  Rounding rounding;
} QuantisedMatmul;

typedef struct {
  float *out; // [batch, out_height, out_width, filters]
  const float *x;
  const int *b;
  const float *bias, *scales;
  const int *offsets;
  int activation, filters;
  Rounding rounding;
  Windows w; // of the images as they are given
  Frame f;   // its channels in words
  int segments, run;
  int starts[];
} QuantisedConv2d;

INLINE int per_word(int numbers) { return numbers == INT16 ? 2 : 4; }
INLINE int words_of(int channels, int numbers) { return (channels + per_word(numbers) - 1) / per_word(numbers); }

#define BIG 12582912.0f // 1.5 · 2^23: added to a float, it leaves the nearest whole number in the lowest bits

// Four floats to four whole numbers.
INLINE vec round_vec(vec x, const Rounding *r) {
  vec y = mul_add(x, splat(r->inverse), splat(r->zero));
  y = wasm_f32x4_pmin(wasm_f32x4_pmax(y, splat(r->least)), splat(r->most));
  return wasm_i32x4_sub(add(y, splat(BIG)), splat(BIG));
}

INLINE vec narrow_two(vec a, vec b) { return wasm_i16x8_narrow_i32x4(a, b); }

// `pixels` of `channels` floats side by side, to as many times `words_of` words.
INLINE void round_pixels(int *to, const float *x, int pixels, int channels, const Rounding *r, int numbers) {
  int per = per_word(numbers);
  if (channels % per == 0) {
    int count = pixels * channels, i = 0;
    for (; i + 16 <= count; i += 16, x += 16) {
      vec a = narrow_two(round_vec(load(x), r), round_vec(load(x + 4), r));
      vec b = narrow_two(round_vec(load(x + 8), r), round_vec(load(x + 12), r));
      if (numbers == INT8) store(to + i / 4, wasm_i8x16_narrow_i16x8(a, b));
      else store(to + i / 2, a), store(to + i / 2 + 4, b);
    }
    pixels = 1, channels = count - i, to += i / per;
  }
  if (channels == 3) { // four pixels of colours at a time; their fourth is whatever comes next, for weights that are 0
    for (; pixels >= 4; pixels -= 4, x += 12) {
      vec a = narrow_two(round_vec(load(x), r), round_vec(load(x + 3), r));
      vec b = narrow_two(round_vec(load(x + 6), r), round_vec(load(x + 9), r));
      if (numbers == INT8) store(to, wasm_i8x16_narrow_i16x8(a, b)), to += 4;
      else store(to, a), store(to + 4, b), to += 8;
    }
  }
  for (; pixels > 0; pixels--, x += channels) {
    for (int c = 0; c < channels; c += 4) {
      vec a = round_vec(load(x + c), r);
      a = narrow_two(a, a);
      if (numbers == INT8) a = wasm_i8x16_narrow_i16x8(a, a);
      wasm_v128_store32_lane(to++, a, 0);
      if (numbers == INT16 && channels - c > 2) wasm_v128_store32_lane(to++, a, 1);
    }
  }
}

static const int no_offset = 0;

INLINE void multiply(const QuantisedMatmul *r, int numbers) {
  int m = r->m, n = r->n, k = words_of(r->channels, numbers);
  int *x = (int *)scratch;
  round_pixels(x, r->x, m, r->channels, &r->rounding, numbers);
  Operands o = {.a_step = 1, .segments = 1, .offsets = &no_offset, .run = k, .b_step = COLUMNS};
  Finish finish = {false, r->scales, r->offsets, r->bias, r->activation};
  bool by_rows = is_small(k, n);
  for (int j = 0; j < n; j += by_rows ? n : COLUMNS) {
    int columns = by_rows ? n : min_int(n - j, COLUMNS);
    for (int i = 0; i < m; i += ROWS) {
      for (int row = 0; row < ROWS; row++) o.a[row] = (const float *)(x + min_int(i + row, m - 1) * k);
      o.b = (const float *)r->b + j * k;
      run_row(&o, numbers, r->out + i * n + j, n, k * COLUMNS, min_int(m - i, ROWS), columns, finish);
    }
    next_columns(&finish);
  }
}

KERNEL(quantised_matmul, QuantisedMatmul) {
  if (r->rounding.numbers == INT16) multiply(r, INT16);
  else multiply(r, INT8);
}

// Images in a frame of what is called 0, or without one.
INLINE void frame_rounded(const QuantisedConv2d *r, int *frame, const float *image, int numbers) {
  const Windows *w = &r->w;
  const Frame *f = &r->f;
  int words = f->channels;
  for (int y = 0; y < w->height; y++, image += w->width * w->channels) {
    int row = f->top + y;
    if (row < 0 || row >= f->height) continue;
    int skipped = max_int(-f->left, 0); // columns that no window sees
    int seen = min_int(w->width - skipped, f->width - max_int(f->left, 0));
    int *to = frame + (row * f->width + f->left + skipped) * words;
    if (seen > 0) round_pixels(to, image + skipped * w->channels, seen, w->channels, &r->rounding, numbers);
  }
}

INLINE void slide(const QuantisedConv2d *r, int numbers) {
  const Windows *w = &r->w;
  const Frame *f = &r->f;
  int places = w->out_height * w->out_width, filters = r->filters, depth = r->segments * r->run;
  int *starts = (int *)scratch, *frame = starts + places + 3, size = f->height * f->width * f->channels;
  window_starts(w, f, starts);
  int zero = (int)r->rounding.zero * (numbers == INT8 ? 0x01010101 : 0);
  if (f->framed) for (int i = 0; i < size; i++) frame[i] = zero;
  Operands o = {.a_step = 1, .segments = r->segments, .offsets = r->starts, .run = r->run, .b_step = COLUMNS};
  bool by_rows = is_small(depth, filters);
  for (int n = 0; n < w->batch; n++) {
    frame_rounded(r, frame, r->x + n * w->height * w->width * w->channels, numbers);
    float *out = r->out + n * places * filters;
    Finish finish = {false, r->scales, r->offsets, r->bias, r->activation};
    for (int j = 0; j < filters; j += by_rows ? filters : COLUMNS) {
      int columns = by_rows ? filters : min_int(filters - j, COLUMNS);
      for (int p = 0; p < places; p += ROWS) {
        for (int i = 0; i < ROWS; i++) o.a[i] = (const float *)(frame + starts[p + i]);
        o.b = (const float *)r->b + j * depth;
        run_row(&o, numbers, out + p * filters + j, filters, depth * COLUMNS, min_int(places - p, ROWS), columns, finish);
      }
      next_columns(&finish);
    }
  }
}

KERNEL(quantised_conv2d, QuantisedConv2d) {
  if (r->rounding.numbers == INT16) slide(r, INT16);
  else slide(r, INT8);
}

typedef struct {
  int *to; // panels of eight columns, [columns / 8][taps · words_of(channels)][8]
  float *scales;
  int *offsets;
  const float *weights; // [taps, channels, columns], by the steps
  int taps, channels, columns, step_k, step_column;
  float scale; // of x
  Rounding rounding;
} PackQuantised;

// Weights of a column are rounded to as many steps as leave no sum of products beyond 32 bits, whatever x is.
KERNEL(pack_quantised, PackQuantised) {
  int numbers = r->rounding.numbers, per = per_word(numbers), words = words_of(r->channels, numbers), depth = r->taps * words;
  for (int j = 0; j < r->columns; j++) {
    const float *column = r->weights + j * r->step_column;
    float largest = 0, total = 0;
    for (int k = 0; k < r->taps * r->channels; k++) {
      float size = __builtin_fabsf(column[k * r->step_k]);
      largest = size > largest ? size : largest;
      total += size;
    }
    float steps = numbers == INT8 ? 127 : 32767;
    float room = 2e9f / r->rounding.most - r->taps * r->channels; // for the sum of the rounded weights
    if (largest > 0 && steps * (total / largest) > room) steps = room * (largest / total);
    float inverse = largest > 0 ? steps / largest : 0;
    int *panel = r->to + j / COLUMNS * COLUMNS * depth + j % COLUMNS;
    int sum = 0;
    for (int tap = 0; tap < r->taps; tap++) {
      for (int word = 0; word < words; word++) {
        unsigned packed = 0;
        for (int i = 0; i < per; i++) {
          int channel = word * per + i;
          if (channel >= r->channels) continue;
          int rounded = (int)__builtin_roundevenf(column[(tap * r->channels + channel) * r->step_k] * inverse);
          sum += rounded;
          packed |= ((unsigned)rounded & (numbers == INT8 ? 0xffu : 0xffffu)) << (32 / per * i);
        }
        panel[(tap * words + word) * COLUMNS] = (int)packed;
      }
    }
    r->scales[j] = inverse > 0 ? r->scale / inverse : 0;
    r->offsets[j] = (int)r->rounding.zero * sum;
  }
}
