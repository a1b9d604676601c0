// Resized images and the gradient: each pixel of the larger grid is made of two rows and two columns.
#include "kernel.h"

typedef struct {
  int from, next;
  float weight; // of `next`
} Source;

typedef struct {
  float *out;
  const float *x;
  int batch, height, width, channels; // of the image; the other grid is `out_height` × `out_width`
  int out_height, out_width;
  Source sources[]; // of rows [out_height], of columns [out_width]
} Resize2d;

KERNEL(resize2d, Resize2d) {
  const Source *rows = r->sources, *columns = rows + r->out_height;
  float *out = r->out;
  int line = r->width * r->channels;
  for (int n = 0; n < r->batch; n++) {
    for (int y = 0; y < r->out_height; y++) {
      const float *image = r->x + n * r->height * line;
      const float *above = image + rows[y].from * line, *below = image + rows[y].next * line;
      float down = rows[y].weight;
      for (int x = 0; x < r->out_width; x++) {
        int left = columns[x].from * r->channels, right = columns[x].next * r->channels;
        float across = columns[x].weight;
        for (int c = 0; c < r->channels; c++) {
          // No product with a weight of 0: beside an infinity it would be NaN.
          float top = across > 0 ? above[left + c] * (1 - across) + above[right + c] * across : above[left + c];
          if (down > 0) {
            float bottom = across > 0 ? below[left + c] * (1 - across) + below[right + c] * across : below[left + c];
            top = top * (1 - down) + bottom * down;
          }
          *out++ = top;
        }
      }
    }
  }
}

// x: dy on the other grid; out: the image's.
KERNEL(resize2d_gradient, Resize2d) {
  const Source *rows = r->sources, *columns = rows + r->out_height;
  const float *dy = r->x;
  int line = r->width * r->channels;
  zero_words(r->out, r->batch * r->height * line);
  for (int n = 0; n < r->batch; n++) {
    for (int y = 0; y < r->out_height; y++) {
      float *image = r->out + n * r->height * line;
      float *above = image + rows[y].from * line, *below = image + rows[y].next * line;
      float down = rows[y].weight;
      for (int x = 0; x < r->out_width; x++) {
        int left = columns[x].from * r->channels, right = columns[x].next * r->channels;
        float across = columns[x].weight;
        for (int c = 0; c < r->channels; c++, dy++) {
          above[left + c] += *dy * (1 - down) * (1 - across);
          if (across > 0) above[right + c] += *dy * (1 - down) * across;
          if (down > 0) below[left + c] += *dy * down * (1 - across);
          if (down > 0 && across > 0) below[right + c] += *dy * down * across;
        }
      }
    }
  }
}
