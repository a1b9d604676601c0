// Mathematics for single precision: Cody and Waite's range reduction, the minimax polynomials of S. Moshier's Cephes (exp, log,
// tanh) and Chebyshev fits (erf). Errors are a few units in the last place; NaN and infinities come out as IEEE 754 has them.
#pragma once
#include "kernel.h"

INLINE vec poly(vec acc, vec x, float c) { return add(mul(acc, x), splat(c)); }

// eˣ = 2ⁿ · eʳ, |r| ≤ ½ ln 2. Over- and underflow in two factors, so that subnormal results stay.
INLINE vec exp_vec(vec x) {
  vec clamped = wasm_f32x4_pmin(splat(89.0f), wasm_f32x4_pmax(splat(-104.0f), x)); // NaN → -104, put right below
  vec n = wasm_f32x4_nearest(mul(clamped, splat(1.44269504f)));
  vec r = sub(clamped, mul(n, splat(0.693359375f)));
  r = add(r, mul(n, splat(2.12194440e-4f)));
  vec p = splat(1.98756915e-4f);
  p = poly(p, r, 1.39819995e-3f);
  p = poly(p, r, 8.33345191e-3f);
  p = poly(p, r, 4.16657962e-2f);
  p = poly(p, r, 1.66666655e-1f);
  p = poly(p, r, 5.00000012e-1f);
  p = add(add(mul(mul(p, r), r), r), splat(1.0f));
  vec whole = wasm_i32x4_trunc_sat_f32x4(n);
  vec half = wasm_i32x4_shr(whole, 1);
  vec bias = wasm_i32x4_splat(127);
  vec low = wasm_i32x4_shl(wasm_i32x4_add(half, bias), 23);
  vec high = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_sub(whole, half), bias), 23);
  vec y = mul(mul(p, low), high);
  y = select(splat(__builtin_inff()), y, wasm_f32x4_gt(x, splat(88.7228394f)));
  return select(y, x, wasm_f32x4_eq(x, x));
}

// ln x = e · ln 2 + ln m, √½ ≤ m < √2.
INLINE vec log_vec(vec x) {
  vec tiny = wasm_f32x4_lt(x, splat(1.17549435e-38f));
  vec scaled = select(mul(x, splat(8388608.0f)), x, tiny); // subnormals
  vec bits = wasm_i32x4_sub(scaled, wasm_i32x4_splat(0x3f3504f3));
  vec e = wasm_f32x4_convert_i32x4(wasm_i32x4_shr(bits, 23));
  e = sub(e, wasm_v128_and(tiny, splat(23.0f)));
  vec m = wasm_i32x4_add(wasm_v128_and(bits, wasm_i32x4_splat(0x007fffff)), wasm_i32x4_splat(0x3f3504f3));
  vec f = sub(m, splat(1.0f));
  vec p = splat(7.0376836292e-2f);
  p = poly(p, f, -1.1514610310e-1f);
  p = poly(p, f, 1.1676998740e-1f);
  p = poly(p, f, -1.2420140846e-1f);
  p = poly(p, f, 1.4249322787e-1f);
  p = poly(p, f, -1.6668057665e-1f);
  p = poly(p, f, 2.0000714765e-1f);
  p = poly(p, f, -2.4999993993e-1f);
  p = poly(p, f, 3.3333331174e-1f);
  vec ff = mul(f, f);
  vec y = mul(mul(p, f), ff);
  y = add(y, mul(e, splat(-2.12194440e-4f)));
  y = sub(y, mul(ff, splat(0.5f)));
  y = add(add(f, y), mul(e, splat(0.693359375f)));
  y = select(splat(-__builtin_inff()), y, wasm_f32x4_eq(x, splat(0.0f)));
  y = select(splat(__builtin_nanf("")), y, wasm_f32x4_lt(x, splat(0.0f)));
  return select(y, x, wasm_f32x4_lt(x, splat(__builtin_inff()))); // +∞ and NaN are themselves
}

INLINE vec sigmoid_vec(vec x) { return div(splat(1.0f), add(splat(1.0f), exp_vec(wasm_f32x4_neg(x)))); }

// Odd polynomial near 0, 1 − 2 / (e²ˣ + 1) elsewhere.
INLINE vec tanh_vec(vec x) {
  vec t = wasm_f32x4_abs(x);
  vec s = mul(x, x);
  vec p = splat(-5.70498872745e-3f);
  p = poly(p, s, 2.06390887954e-2f);
  p = poly(p, s, -5.37397155531e-2f);
  p = poly(p, s, 1.33314422036e-1f);
  p = poly(p, s, -3.33332819422e-1f);
  vec small = add(mul(mul(p, s), x), x);
  vec big = sub(splat(1.0f), div(splat(2.0f), add(exp_vec(add(t, t)), splat(1.0f))));
  big = wasm_v128_or(big, wasm_v128_and(x, splat(-0.0f)));
  return select(small, big, wasm_f32x4_lt(t, splat(0.625f)));
}

// x · P(x²) near 0, 1 − e^(−Q(|x|)) elsewhere; P and Q fitted on [0, 1] and [1, 4], beyond which erf rounds to ±1.
INLINE vec erf_vec(vec x) {
  vec t = wasm_f32x4_abs(x);
  vec s = mul(x, x);
  vec p = splat(7.8824974e-5f);
  p = poly(p, s, -8.0188555e-4f);
  p = poly(p, s, 5.1893122e-3f);
  p = poly(p, s, -2.6854329e-2f);
  p = poly(p, s, 1.1283597e-1f);
  p = poly(p, s, -3.7612626e-1f);
  p = poly(p, s, 1.2837911e-1f); // 2/√π − 1: x is added last
  vec small = add(mul(p, x), x);
  vec u = min(t, splat(4.0f));
  vec q = splat(1.3309389e-5f);
  q = poly(q, u, -3.1757203e-4f);
  q = poly(q, u, 3.4368676e-3f);
  q = poly(q, u, -2.2621986e-2f);
  q = poly(q, u, 1.0331898e-1f);
  q = poly(q, u, 6.3909334e-1f);
  q = poly(q, u, 1.1259259f);
  q = poly(q, u, 7.5696863e-4f);
  vec big = sub(splat(1.0f), exp_vec(wasm_f32x4_neg(q)));
  big = wasm_v128_or(big, wasm_v128_and(x, splat(-0.0f)));
  return select(small, big, wasm_f32x4_lt(t, splat(1.0f)));
}

// The rest is rare: one element at a time, in double precision.

// sin x (quadrant 0) or cos x (quadrant 1), by Taylor's series for |r| ≤ π/4.
INLINE float sin_from(double x, int quadrant) {
  double n = __builtin_rint(x * 0.63661977236758134);
  double r = x - n * 1.5707963267948966 - n * 6.123233995736766e-17;
  quadrant += (int)((int64_t)n & 3);
  double s = r * r;
  double y = quadrant & 1
    ? 1 + s * (-1.0 / 2 + s * (1.0 / 24 + s * (-1.0 / 720 + s * (1.0 / 40320 - s / 3628800))))
    : r + r * s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880 - s / 39916800))));
  return (float)(quadrant & 2 ? -y : y);
}

// ln x for a positive normal x: 2 artanh((m − 1) / (m + 1)) + e ln 2.
INLINE double log_double(double x) {
  int64_t bits = __builtin_bit_cast(int64_t, x) - 0x3fe6a09e667f3bcd;
  double m = __builtin_bit_cast(double, (bits & 0xfffffffffffff) + 0x3fe6a09e667f3bcd);
  double s = (m - 1) / (m + 1), t = s * s, sum = 0;
  for (int i = 17; i >= 1; i -= 2) sum = sum * t + 1.0 / i;
  return 2 * s * sum + (double)(bits >> 52) * 0.69314718055994531;
}

INLINE double exp_double(double x) {
  double n = __builtin_rint(x * 1.4426950408889634);
  double r = x - n * 0.69314718055994531, sum = 1;
  for (int i = 12; i >= 1; i--) sum = 1 + sum * r / i;
  return sum * __builtin_bit_cast(double, ((int64_t)n + 1023) << 52);
}

// aᵇ with JavaScript's special cases.
INLINE float power_of(float a, float b) {
  const float inf = __builtin_inff();
  if (b == 0) return 1;
  if (a != a || b != b) return __builtin_nanf("");
  float size = __builtin_fabsf(a), length = __builtin_fabsf(b);
  if (length == inf) return size == 1 ? __builtin_nanf("") : (size > 1) == (b > 0) ? inf : 0;
  bool whole = __builtin_truncf(b) == b;
  bool odd = whole && length < 16777216.0f && ((int)b & 1);
  if (a < 0 && size < inf && !whole) return __builtin_nanf("");
  float y;
  if (size == 0 || size == inf) y = (size == 0) == (b > 0) ? 0 : inf;
  else {
    double power = b * log_double(size);
    y = power > 89 ? inf : power < -104 ? 0 : (float)exp_double(power);
  }
  return odd && __builtin_signbit(a) ? -y : y;
}
