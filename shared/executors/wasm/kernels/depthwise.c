// Depthwise convolutions and their gradients: channels four at a time. A kernel with a multiplier sees each channel repeated in
// a frame, so that every output channel has one of its own; otherwise the image is read as it is, the border by itself.
#include "tile.h"
#include "window.h"

typedef struct {
  float *out;          // [batch, out_height, out_width, filters]; summed over `fold` neighbours: [.., filters / fold]
  const float *x;
  const float *kernel; // [taps, filters]
  const float *bias;
  int activation, filters, fold;
  Windows w;
  Frame f;
  int taps;
  int offsets[]; // [taps]
} Depthwise;

INLINE void finish_vec(float *to, vec x, int count, const float *bias, int activation) {
  if (bias) x = add(x, load(bias));
  x = activate(x, activation);
  if (count >= 4) store(to, x);
  else store_part(to, x, count);
}

// Up to four neighbouring places of a row and eight channels at a time. `taps` of the window from `first` on, whose rows and
// columns all lie within the image; `image` is where the first place's window would begin.
static void depthwise_places(const Depthwise *r, float *out, const float *image, int step, int count, int first, int taps,
                             const int *offsets) {
  int channels = r->filters;
  const float *i1 = count > 1 ? image + step : image, *i2 = count > 2 ? i1 + step : image, *i3 = count > 3 ? i2 + step : image;
  int c = 0;
  for (; c + 8 <= channels; c += 8) {
    vec s00 = splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
    const float *k = r->kernel + first * channels + c;
#pragma clang loop unroll(disable)
    for (int t = 0; t < taps; t++, k += channels) {
      int at = offsets[t] + c;
      vec k0 = load(k), k1 = load(k + 4);
      s00 = mul_add(load(image + at), k0, s00), s01 = mul_add(load(image + at + 4), k1, s01);
      s10 = mul_add(load(i1 + at), k0, s10), s11 = mul_add(load(i1 + at + 4), k1, s11);
      s20 = mul_add(load(i2 + at), k0, s20), s21 = mul_add(load(i2 + at + 4), k1, s21);
      s30 = mul_add(load(i3 + at), k0, s30), s31 = mul_add(load(i3 + at + 4), k1, s31);
    }
    Finish finish = {false, 0, 0, r->bias ? r->bias + c : 0, r->activation};
    float *to = out + c;
    if (count == 4) {
      store_tile(to, channels, (Tile){{s00, s10, s20, s30}, {s01, s11, s21, s31}}, finish);
      continue;
    }
    store_row(to, s00, s01, 8, finish);
    if (count > 1) store_row(to + channels, s10, s11, 8, finish);
    if (count > 2) store_row(to + 2 * channels, s20, s21, 8, finish);
  }
  for (; c < channels; c += 4) {
    vec s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
    const float *k = r->kernel + first * channels + c;
    for (int t = 0; t < taps; t++, k += channels) {
      int at = offsets[t] + c;
      vec k0 = load(k);
      s0 = mul_add(load(image + at), k0, s0), s1 = mul_add(load(i1 + at), k0, s1);
      s2 = mul_add(load(i2 + at), k0, s2), s3 = mul_add(load(i3 + at), k0, s3);
    }
    const float *bias = r->bias ? r->bias + c : 0;
    int left = channels - c;
    finish_vec(out + c, s0, left, bias, r->activation);
    if (count > 1) finish_vec(out + channels + c, s1, left, bias, r->activation);
    if (count > 2) finish_vec(out + 2 * channels + c, s2, left, bias, r->activation);
    if (count > 3) finish_vec(out + 3 * channels + c, s3, left, bias, r->activation);
  }
}

// The same of windows that are three wide and not dilated, four channels at a time: a column of the image is loaded once for all the
// places that see it.
INLINE void three_wide(const Depthwise *r, float *out, const float *image, int stride, int row_step, int first_row, int rows) {
  int channels = r->filters;
  for (int c = 0; c < channels; c += 4) {
    vec sums[4] = {splat(0), splat(0), splat(0), splat(0)};
    const float *k = r->kernel + first_row * 3 * channels + c, *row = image + c;
#pragma clang loop unroll(disable)
    for (int i = 0; i < rows; i++, k += 3 * channels, row += row_step) {
      vec k0 = load(k), k1 = load(k + channels), k2 = load(k + 2 * channels);
      const float *column = row;
      for (int j = 0; j < 3 * stride + 3; j++, column += channels) {
        vec x = load(column);
        for (int place = 0; place < 4; place++) {
          int tap = j - place * stride;
          if (tap >= 0 && tap < 3) sums[place] = mul_add(x, tap == 0 ? k0 : tap == 1 ? k1 : k2, sums[place]);
        }
      }
    }
    const float *bias = r->bias ? r->bias + c : 0;
    for (int place = 0; place < 4; place++) finish_vec(out + place * channels + c, sums[place], channels - c, bias, r->activation);
  }
}

// A place at the border: only the taps within rows [from_row, to_row) and columns [from_column, to_column) of the window.
static void depthwise_border(const Depthwise *r, float *out, const float *image, int from_row, int to_row, int from_column,
                             int to_column) {
  int channels = r->filters;
  for (int c = 0; c < channels; c += 4) {
    vec sum = splat(0);
    for (int i = from_row; i < to_row; i++) {
      for (int j = from_column; j < to_column; j++) {
        int t = i * r->w.columns + j;
        sum = mul_add(load(image + r->offsets[t] + c), load(r->kernel + t * channels + c), sum);
      }
    }
    finish_vec(out + c, sum, channels - c, r->bias ? r->bias + c : 0, r->activation);
  }
}

// The first and the end of `count` window elements, `dilation` apart from `at` on, that lie within [0, size).
INLINE int first_within(int at, int dilation) { return at >= 0 ? 0 : (dilation - 1 - at) / dilation; }
INLINE int end_within(int at, int dilation, int size, int count) {
  return at >= size ? 0 : min_int(count, (size - at + dilation - 1) / dilation);
}

// One image, with `top` and `left` elements of padding that is not there.
static void depthwise_image(const Depthwise *r, float *out, const float *image, int height, int width, int top, int left) {
  const Windows *w = &r->w;
  int channels = r->filters, step = w->stride_x * channels, row_step = w->dilation_y * width * channels;
  bool is_three = w->columns == 3 && w->stride_x <= 2 && r->offsets[1] - r->offsets[0] == channels; // and not turned round
  for (int y = 0; y < w->out_height; y++) {
    int at_y = y * w->stride_y - top;
    int from_row = first_within(at_y, w->dilation_y), to_row = end_within(at_y, w->dilation_y, height, w->rows);
    int first = from_row * w->columns, taps = max_int(to_row - from_row, 0) * w->columns;
    int inside = 0; // places so far whose windows lie inside
    for (int x = 0; x < w->out_width;) {
      int at_x = x * w->stride_x - left;
      const float *start = image + (at_y * width + at_x) * channels;
      int room = width - 1 - (w->columns - 1) * w->dilation_x - at_x; // to the last place whose window lies inside
      if (at_x >= 0 && room >= 0) {
        int left_over = min_int(w->out_width - x, room / w->stride_x + 1), count = min_int(4, left_over);
        if (is_three && inside + left_over >= 4) {
          int again = 4 - count; // places of the last four that are there already
          x -= again, out -= again * channels, count = 4;
          const float *from = start - again * step + from_row * row_step;
          if (w->stride_x == 1) three_wide(r, out, from, 1, row_step, from_row, to_row - from_row);
          else three_wide(r, out, from, 2, row_step, from_row, to_row - from_row);
        } else depthwise_places(r, out, start, step, count, first, taps, r->offsets + first);
        inside += count;
        x += count, out += count * channels;
      } else {
        depthwise_border(r, out, start, from_row, to_row, first_within(at_x, w->dilation_x),
                         end_within(at_x, w->dilation_x, width, w->columns));
        x++, out += channels;
      }
    }
  }
}

KERNEL(depthwise, Depthwise) {
  const Windows *w = &r->w;
  const Frame *f = &r->f;
  int places = w->out_height * w->out_width, channels = r->filters;
  float *frame = scratch, *unfolded = frame + frame_size(f);
  clear_frame(f, frame);
  int top = f->framed ? 0 : w->top, left = f->framed ? 0 : w->left;
  for (int n = 0; n < w->batch; n++) {
    const float *image = r->x + n * w->height * w->width * w->channels;
    image = frame_image(f, frame, image, w->height, w->width, w->channels);
    float *out = r->out + n * places * (channels / r->fold);
    depthwise_image(r, r->fold == 1 ? out : unfolded, image, f->height, f->width, top, left);
    if (r->fold == 1) continue;
    for (int i = 0; i < places * channels / r->fold; i++) {
      float sum = 0;
      for (int m = 0; m < r->fold; m++) sum += unfolded[i * r->fold + m];
      out[i] = sum;
    }
  }
}

// out [taps, filters] from dy [batch, out_height, out_width, filters] as `kernel`.
KERNEL(depthwise_kernel_gradient, Depthwise) {
  const Windows *w = &r->w;
  int places = w->out_height * w->out_width, channels = r->filters;
  int *starts = (int *)scratch;
  float *frame = scratch + places + 3;
  window_starts(w, &r->f, starts);
  clear_frame(&r->f, frame);
  zero_words(r->out, r->taps * channels);
  for (int n = 0; n < w->batch; n++) {
    const float *image = r->x + n * w->height * w->width * w->channels;
    image = frame_image(&r->f, frame, image, w->height, w->width, w->channels);
    const float *dy = r->kernel + n * places * channels;
    for (int t = 0; t < r->taps; t++) {
      float *to = r->out + t * channels;
      for (int c = 0; c < channels; c += 4) {
        const float *from = image + r->offsets[t] + c;
        vec s0 = splat(0), s1 = s0;
        int p = 0;
        for (; p + 2 <= places; p += 2) {
          s0 = mul_add(load(from + starts[p]), load(dy + p * channels + c), s0);
          s1 = mul_add(load(from + starts[p + 1]), load(dy + (p + 1) * channels + c), s1);
        }
        if (p < places) s0 = mul_add(load(from + starts[p]), load(dy + p * channels + c), s0);
        s0 = add(add(s0, s1), load(to + c));
        if (c + 4 <= channels) store(to + c, s0);
        else store_part(to + c, s0, channels - c);
      }
    }
  }
}
