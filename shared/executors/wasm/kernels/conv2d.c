// Convolutions: matrix products whose left-hand rows lie in the image as the window sees them, one segment for each of its
// rows. The gradient by the input is the same, over dy spread out, with the kernel turned round.
#include "tile.h"
#include "window.h"

typedef struct {
  float *out;          // [batch, out_height, out_width, filters]
  const float *x;
  const float *kernel; // packed panels, or as `flipped` says
  const float *bias;   // [filters], or null
  int activation, filters;
  int packed; // otherwise packed anew in each run
  int flipped;
  Windows w; // of the images as they are given
  Frame f;
  int segments, run;
  int offsets[]; // [segments]
} Conv2d;

// [taps · channels, filters] into panels; flipped: from [taps, filters, channels], the last tap first.
static void pack_kernel(float *to, const float *kernel, int taps, int channels, int filters, bool flipped) {
  if (!flipped) {
    pack_panels(to, taps * channels * COLUMNS, kernel, taps * channels, filters, filters, 1);
    return;
  }
  for (int tap = 0; tap < taps; tap++) {
    pack_panels(to + tap * channels * COLUMNS, taps * channels * COLUMNS, kernel + (taps - 1 - tap) * channels * filters,
                channels, filters, 1, channels);
  }
}

typedef struct {
  float *to;
  const float *kernel;
  int taps, channels, filters, flipped;
} PackKernel;

KERNEL(pack_conv2d, PackKernel) { pack_kernel(r->to, r->kernel, r->taps, r->channels, r->filters, r->flipped); }

KERNEL(conv2d, Conv2d) {
  const Windows *w = &r->w;
  int places = w->out_height * w->out_width, filters = r->filters, depth = r->segments * r->run;
  int panels = (filters + COLUMNS - 1) / COLUMNS;
  int *starts = (int *)scratch;
  float *frame = scratch + places + 3, *packed = frame + frame_size(&r->f);
  const float *kernel = r->kernel;
  if (!r->packed) {
    pack_kernel(packed, kernel, w->rows * w->columns, w->channels, filters, r->flipped);
    kernel = packed;
  }
  window_starts(w, &r->f, starts);
  clear_frame(&r->f, frame);
  bool by_rows = is_small(depth, filters);
  Operands o = {.a_step = 1, .segments = r->segments, .offsets = r->offsets, .run = r->run, .b_step = COLUMNS};
  for (int n = 0; n < w->batch; n++) {
    const float *image = r->x + n * w->height * w->width * w->channels;
    image = frame_image(&r->f, frame, image, w->height, w->width, w->channels);
    float *out = r->out + n * places * filters;
    Finish finish = {false, 0, 0, r->bias, r->activation};
    if (by_rows) {
      for (int p = 0; p < places; p += ROWS) {
        for (int i = 0; i < ROWS; i++) o.a[i] = image + starts[p + i];
        o.b = kernel;
        run_row(&o, FLOAT32, out + p * filters, filters, depth * COLUMNS, min_int(places - p, ROWS), filters, finish);
      }
    } else {
      for (int j = 0; j < panels; j++) {
        o.b = kernel + j * depth * COLUMNS;
        for (int p = 0; p < places; p += ROWS) {
          for (int i = 0; i < ROWS; i++) o.a[i] = image + starts[p + i];
          int columns = min_int(filters - j * COLUMNS, COLUMNS);
          run_tile(&o, FLOAT32, out + p * filters + j * COLUMNS, filters, min_int(places - p, ROWS), columns, finish);
        }
        if (finish.bias) finish.bias += COLUMNS;
      }
    }
  }
}

typedef struct {
  float *out;      // [rows, columns, channels, filters]
  const float *x;  // [batch, height, width, channels]
  const float *dy; // [batch, out_height, out_width, filters]
  int filters;
  Windows w;
  Frame f;
} KernelGradient;

// Rows of the product are elements of the window, and what it sums over are the places of the output, a segment a row.
KERNEL(conv2d_kernel_gradient, KernelGradient) {
  const Windows *w = &r->w;
  const Frame *f = &r->f;
  int places = w->out_height * w->out_width, filters = r->filters, channels = w->channels;
  int panels = (filters + COLUMNS - 1) / COLUMNS, depth = w->rows * w->columns * channels;
  int *offsets = (int *)scratch, *taps = offsets + w->out_height;
  float *frame = (float *)(taps + depth + 3), *packed = frame + frame_size(f);
  for (int y = 0; y < w->out_height; y++) offsets[y] = y * w->stride_y * f->width * channels;
  for (int k = 0; k < depth + 3; k++) {
    int tap = min_int(k, depth - 1) / channels, channel = min_int(k, depth - 1) % channels;
    taps[k] = (tap / w->columns * w->dilation_y * f->width + tap % w->columns * w->dilation_x) * channels + channel;
  }
  if (w->batch == 0) zero_words(r->out, depth * filters);
  clear_frame(f, frame);
  Operands o = {.a_step = w->stride_x * channels, .segments = w->out_height, .offsets = offsets, .run = w->out_width, .b_step = COLUMNS};
  for (int n = 0; n < w->batch; n++) {
    const float *image = r->x + n * w->height * w->width * channels;
    image = frame_image(f, frame, image, w->height, w->width, channels);
    pack_panels(packed, places * COLUMNS, r->dy + n * places * filters, places, filters, filters, 1);
    for (int j = 0; j < panels; j++) {
      o.b = packed + j * places * COLUMNS;
      int columns = min_int(filters - j * COLUMNS, COLUMNS);
      for (int k = 0; k < depth; k += ROWS) {
        for (int i = 0; i < ROWS; i++) o.a[i] = image + taps[k + i];
        run_tile(&o, FLOAT32, r->out + k * filters + j * COLUMNS, filters, min_int(depth - k, ROWS), columns, (Finish){n > 0, 0, 0, 0, IDENTITY});
      }
    }
  }
}
