// Matrix products: blocks of k, B packed into panels (ahead of time where it is constant), tiles of 4 × 8; products with a
// vector go without packing.
#include "tile.h"

enum { BLOCK_K = 512 };

typedef struct {
  float *out;           // [batch, m, n]
  const float *a, *b;   // b: packed panels if `packed`
  const float *bias;    // [n], or null
  int m, n, k;
  int a_row, a_k, b_k, b_column; // steps
  int packed, activation;
  int batch[3], a_batch[3], b_batch[3];
} Matmul;

static const int no_offset = 0;

// y[columns ≤ 32 at a time] = x · B with B's rows contiguous.
static void vector_by_rows(float *out, const float *x, int x_step, const float *b, int b_step, int k, int n, Finish finish) {
  int j = 0;
  for (; j + 16 <= n; j += 16) {
    vec s0 = splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
    const float *w = b + j, *v = x;
    int i = k;
    for (; i >= 2; i -= 2) {
      vec p = load_splat(v), q = load_splat(v + x_step);
      const float *u = w + b_step;
      s0 = mul_add(p, load(w), s0), s1 = mul_add(p, load(w + 4), s1);
      s2 = mul_add(p, load(w + 8), s2), s3 = mul_add(p, load(w + 12), s3);
      t0 = mul_add(q, load(u), t0), t1 = mul_add(q, load(u + 4), t1);
      t2 = mul_add(q, load(u + 8), t2), t3 = mul_add(q, load(u + 12), t3);
      v += 2 * x_step, w = u + b_step;
    }
    if (i > 0) {
      vec p = load_splat(v);
      s0 = mul_add(p, load(w), s0), s1 = mul_add(p, load(w + 4), s1);
      s2 = mul_add(p, load(w + 8), s2), s3 = mul_add(p, load(w + 12), s3);
    }
    const float *bias = finish.bias ? finish.bias + j : 0;
    store_row(out + j, add(s0, t0), add(s1, t1), 8, (Finish){finish.accumulate, 0, 0, bias, finish.activation});
    store_row(out + j + 8, add(s2, t2), add(s3, t3), 8, (Finish){finish.accumulate, 0, 0, bias ? bias + 8 : 0, finish.activation});
  }
  for (; j < n; j += 8) {
    vec s0 = splat(0), s1 = s0, t0 = s0, t1 = s0;
    const float *w = b + j, *v = x;
    int i = k;
    for (; i >= 2; i -= 2, v += 2 * x_step, w += 2 * b_step) {
      vec p = load_splat(v), q = load_splat(v + x_step);
      s0 = mul_add(p, load(w), s0), s1 = mul_add(p, load(w + 4), s1);
      t0 = mul_add(q, load(w + b_step), t0), t1 = mul_add(q, load(w + b_step + 4), t1);
    }
    if (i > 0) {
      vec p = load_splat(v);
      s0 = mul_add(p, load(w), s0), s1 = mul_add(p, load(w + 4), s1);
    }
    store_row(out + j, add(s0, t0), add(s1, t1), min_int(n - j, 8),
              (Finish){finish.accumulate, 0, 0, finish.bias ? finish.bias + j : 0, finish.activation});
  }
}

// The same with packed panels: four values of k at a time keep eight sums apart.
static void vector_by_panels(float *out, const float *x, int x_step, const float *b, int k, int n, Finish finish) {
  for (int j = 0; j < n; j += COLUMNS, b += k * COLUMNS) {
    vec s0 = splat(0), s1 = s0, t0 = s0, t1 = s0, u0 = s0, u1 = s0, v0 = s0, v1 = s0;
    const float *w = b, *y = x;
    int i = k;
    for (; i >= 4; i -= 4, y += 4 * x_step, w += 32) {
      vec p = load_splat(y), q = load_splat(y + x_step);
      s0 = mul_add(p, load(w), s0), s1 = mul_add(p, load(w + 4), s1);
      t0 = mul_add(q, load(w + 8), t0), t1 = mul_add(q, load(w + 12), t1);
      p = load_splat(y + 2 * x_step), q = load_splat(y + 3 * x_step);
      u0 = mul_add(p, load(w + 16), u0), u1 = mul_add(p, load(w + 20), u1);
      v0 = mul_add(q, load(w + 24), v0), v1 = mul_add(q, load(w + 28), v1);
    }
    for (; i > 0; i--, y += x_step, w += COLUMNS) {
      vec p = load_splat(y);
      s0 = mul_add(p, load(w), s0), s1 = mul_add(p, load(w + 4), s1);
    }
    store_row(out + j, add(add(s0, t0), add(u0, v0)), add(add(s1, t1), add(u1, v1)), min_int(n - j, COLUMNS),
              (Finish){finish.accumulate, 0, 0, finish.bias ? finish.bias + j : 0, finish.activation});
  }
}

// y[i] = row i of B · x, both contiguous along k.
static void vector_by_dots(float *out, const float *x, const float *b, int b_step, int k, int n, const float *bias,
                           int bias_step, int activation) {
  for (int j = 0; j < n; j++, b += b_step) {
    vec s = splat(0), t = s, u = s, v = s;
    int i = 0;
    for (; i + 16 <= k; i += 16) {
      s = mul_add(load(x + i), load(b + i), s);
      t = mul_add(load(x + i + 4), load(b + i + 4), t);
      u = mul_add(load(x + i + 8), load(b + i + 8), u);
      v = mul_add(load(x + i + 12), load(b + i + 12), v);
    }
    for (; i + 4 <= k; i += 4) s = mul_add(load(x + i), load(b + i), s);
    float sum = sum_lanes(add(add(s, t), add(u, v)));
    for (; i < k; i++) sum += x[i] * b[i];
    if (bias) sum += bias[j * bias_step];
    out[j] = wasm_f32x4_extract_lane(activate(splat(sum), activation), 0);
  }
}

// Panels of four rows, [m / 4][k][4], for an A whose rows lie side by side.
static void pack_a(float *to, const float *a, int m, int k, int a_k) {
  for (int i = 0; i < m; i += ROWS) {
    const float *from = a + i;
    for (int l = 0; l < k; l++, from += a_k, to += ROWS) store(to, load(from));
  }
}

// Points at rows `i` to `i` + 3, in A or in their packed panel.
INLINE void left_rows(const Matmul *r, Operands *o, const float *a, const float *packed, int i) {
  if (r->a_k != 1) {
    for (int row = 0; row < ROWS; row++) o->a[row] = packed + row;
  } else {
    for (int row = 0; row < ROWS; row++) o->a[row] = a + min_int(i + row, r->m - 1) * r->a_row;
  }
}

static void multiply(const Matmul *r, float *out, const float *a, const float *b) {
  int m = r->m, n = r->n, k = r->k;
  Finish finish = {false, 0, 0, r->bias, r->activation};
  if (m == 1 && r->packed) return vector_by_panels(out, a, r->a_k, b, k, n, finish);
  if (m == 1 && r->b_column == 1) return vector_by_rows(out, a, r->a_k, b, r->b_k, k, n, finish);
  if (m == 1 && r->a_k == 1) return vector_by_dots(out, a, b, r->b_column, k, n, r->bias, 1, r->activation);
  if (n == 1 && !r->packed && r->b_k == 1 && r->a_k == 1) {
    return vector_by_dots(out, b, a, r->a_row, k, m, r->bias, 0, r->activation);
  }
  int panels = (n + COLUMNS - 1) / COLUMNS;
  int block = min_int(k, BLOCK_K);
  float *packed_b = scratch, *packed_a = scratch + (r->packed ? 0 : panels * COLUMNS * block);
  for (int from = 0; from < k || from == 0; from += BLOCK_K) {
    int here = min_int(k - from, BLOCK_K);
    int panel = (r->packed ? k : here) * COLUMNS;
    if (!r->packed) pack_panels(packed_b, panel, b + from * r->b_k, here, n, r->b_k, r->b_column);
    bool pack = r->a_k != 1;
    if (pack) pack_a(packed_a, a + from * r->a_k, m, here, r->a_k);
    bool is_last = from + BLOCK_K >= k;
    Operands o = {.segments = 1, .offsets = &no_offset, .run = here, .b_step = COLUMNS, .a_step = pack ? ROWS : 1};
    const float *right = r->packed ? b + from * COLUMNS : packed_b;
    Finish last = {from > 0, 0, 0, is_last ? r->bias : 0, is_last ? r->activation : IDENTITY};
    if (is_small(here, n)) {
      for (int i = 0; i < m; i += ROWS) {
        left_rows(r, &o, a + from, packed_a + i * here, i);
        o.b = right;
        run_row(&o, FLOAT32, out + i * n, n, panel, min_int(m - i, ROWS), n, last);
      }
    } else {
      for (int j = 0; j < panels; j++, right += panel) {
        Finish finish = {last.accumulate, 0, 0, last.bias ? last.bias + j * COLUMNS : 0, last.activation};
        o.b = right;
        for (int i = 0; i < m; i += ROWS) {
          left_rows(r, &o, a + from, packed_a + i * here, i);
          run_tile(&o, FLOAT32, out + i * n + j * COLUMNS, n, min_int(m - i, ROWS), min_int(n - j * COLUMNS, COLUMNS), finish);
        }
      }
    }
  }
}

KERNEL(matmul, Matmul) {
  float *out = r->out;
  for (int x = 0; x < r->batch[0]; x++) {
    for (int y = 0; y < r->batch[1]; y++) {
      for (int z = 0; z < r->batch[2]; z++) {
        multiply(r, out, r->a + x * r->a_batch[0] + y * r->a_batch[1] + z * r->a_batch[2],
                 r->b + x * r->b_batch[0] + y * r->b_batch[1] + z * r->b_batch[2]);
        out += r->m * r->n;
      }
    }
  }
}
