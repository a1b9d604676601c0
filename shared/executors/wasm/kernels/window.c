// Frames of zeros around images, so that inner loops need not ask where the border is.
#include "window.h"

const float *frame_image(const Frame *f, float *frame, const float *image, int height, int width, int channels) {
  if (!f->framed) return image;
  bool whole_rows = f->spread_x == 1 && f->repeat == 1;
  for (int y = 0; y < height; y++, image += width * channels) {
    int row = f->top + y * f->spread_y;
    if (row < 0 || row >= f->height) continue;
    float *to = frame + (row * f->width + f->left) * f->channels;
    if (whole_rows && f->left >= 0 && f->left + width <= f->width) {
      copy_words(to, image, width * channels);
      continue;
    }
    for (int x = 0; x < width; x++) {
      int column = f->left + x * f->spread_x;
      if (column < 0 || column >= f->width) continue;
      const float *from = image + x * channels;
      float *pixel = to + x * f->spread_x * f->channels;
      if (f->repeat == 1) {
        for (int c = 0; c < channels; c++) pixel[c] = from[c];
      } else {
        for (int c = 0; c < f->channels; c++) pixel[c] = from[c / f->repeat];
      }
    }
  }
  return frame;
}

void window_starts(const Windows *w, const Frame *f, int *starts) {
  int last = 0;
  for (int y = 0; y < w->out_height; y++) {
    for (int x = 0; x < w->out_width; x++) {
      last = (y * w->stride_y * f->width + x * w->stride_x) * f->channels;
      *starts++ = last;
    }
  }
  for (int i = 0; i < 3; i++) *starts++ = last;
}
