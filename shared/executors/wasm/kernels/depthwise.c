// Depthwise convolutions and their gradients: channels four at a time. A kernel with a multiplier sees each channel repeated in
// the frame, so that every output channel has one of its own.
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

// One image: four places and eight channels at a time.
static void depthwise_image(const Depthwise *r, float *out, const float *image, const int *starts) {
  int places = r->w.out_height * r->w.out_width, channels = r->filters;
  for (int p = 0; p < places; p += 4) {
    int count = min_int(4, places - p);
    const float *i0 = image + starts[p], *i1 = image + starts[p + 1], *i2 = image + starts[p + 2], *i3 = image + starts[p + 3];
    float *to = out + p * channels;
    int c = 0;
    for (; c + 8 <= channels; c += 8) {
      vec s00 = splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
      const float *k = r->kernel + c;
      for (int t = 0; t < r->taps; t++, k += channels) {
        int at = r->offsets[t] + c;
        vec k0 = load(k), k1 = load(k + 4);
        s00 = add(s00, mul(load(i0 + at), k0)), s01 = add(s01, mul(load(i0 + at + 4), k1));
        s10 = add(s10, mul(load(i1 + at), k0)), s11 = add(s11, mul(load(i1 + at + 4), k1));
        s20 = add(s20, mul(load(i2 + at), k0)), s21 = add(s21, mul(load(i2 + at + 4), k1));
        s30 = add(s30, mul(load(i3 + at), k0)), s31 = add(s31, mul(load(i3 + at + 4), k1));
      }
      const float *bias = r->bias ? r->bias + c : 0;
      Finish finish = {false, bias, r->activation};
      store_row(to + c, s00, s01, 8, finish);
      if (count > 1) store_row(to + channels + c, s10, s11, 8, finish);
      if (count > 2) store_row(to + 2 * channels + c, s20, s21, 8, finish);
      if (count > 3) store_row(to + 3 * channels + c, s30, s31, 8, finish);
    }
    for (; c < channels; c += 4) {
      vec s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
      const float *k = r->kernel + c;
      for (int t = 0; t < r->taps; t++, k += channels) {
        int at = r->offsets[t] + c;
        vec k0 = load(k);
        s0 = add(s0, mul(load(i0 + at), k0)), s1 = add(s1, mul(load(i1 + at), k0));
        s2 = add(s2, mul(load(i2 + at), k0)), s3 = add(s3, mul(load(i3 + at), k0));
      }
      const float *bias = r->bias ? r->bias + c : 0;
      int left = channels - c;
      finish_vec(to + c, s0, left, bias, r->activation);
      if (count > 1) finish_vec(to + channels + c, s1, left, bias, r->activation);
      if (count > 2) finish_vec(to + 2 * channels + c, s2, left, bias, r->activation);
      if (count > 3) finish_vec(to + 3 * channels + c, s3, left, bias, r->activation);
    }
  }
}

KERNEL(depthwise, Depthwise) {
  const Windows *w = &r->w;
  int places = w->out_height * w->out_width, channels = r->filters;
  int *starts = (int *)scratch;
  float *frame = scratch + places + 3, *unfolded = frame + frame_size(&r->f);
  window_starts(w, &r->f, starts);
  clear_frame(&r->f, frame);
  for (int n = 0; n < w->batch; n++) {
    const float *image = r->x + n * w->height * w->width * w->channels;
    image = frame_image(&r->f, frame, image, w->height, w->width, w->channels);
    float *out = r->out + n * places * (channels / r->fold);
    if (r->fold == 1) {
      depthwise_image(r, out, image, starts);
      continue;
    }
    depthwise_image(r, unfolded, image, starts);
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
          s0 = add(s0, mul(load(from + starts[p]), load(dy + p * channels + c)));
          s1 = add(s1, mul(load(from + starts[p + 1]), load(dy + (p + 1) * channels + c)));
        }
        if (p < places) s0 = add(s0, mul(load(from + starts[p]), load(dy + p * channels + c)));
        s0 = add(add(s0, s1), load(to + c));
        if (c + 4 <= channels) store(to + c, s0);
        else store_part(to + c, s0, channels - c);
      }
    }
  }
}
