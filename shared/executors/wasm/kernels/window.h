// Windows over the height and width of images [batch, height, width, channels].
#pragma once
#include "kernel.h"

typedef struct {
  int batch, height, width, channels;
  int out_height, out_width;
  int rows, columns; // of a window
  int stride_y, stride_x, dilation_y, dilation_x;
  int top, left;
} Windows;

// The images that a convolution really slides over: as they are, or in a frame of zeros with pixel (y, x) at
// (top + y · spread_y, left + x · spread_x) and each channel `repeat` times.
typedef struct {
  int framed;
  int height, width, channels; // with the frame
  int top, left, spread_y, spread_x, repeat;
} Frame;

INLINE int frame_size(const Frame *f) { return f->framed ? f->height * f->width * f->channels : 0; }

// Zeros, which `frame_image` then leaves alone.
INLINE void clear_frame(const Frame *f, float *frame) { zero_words(frame, frame_size(f)); }

// The image itself, or the frame with it inside.
const float *frame_image(const Frame *f, float *frame, const float *image, int height, int width, int channels);

// Where each window's first element lies; three more for tiles that reach beyond the last.
void window_starts(const Windows *w, const Frame *f, int *starts);
