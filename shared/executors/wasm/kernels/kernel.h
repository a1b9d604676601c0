// What every kernel file shares. A kernel takes a pointer to its record in the operator table: 32-bit words, read as the
// struct that it names; the lowering in TypeScript writes them in the same order.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define KERNEL(name, Record) __attribute__((export_name(#name))) void name(const Record *r)
#define INLINE static inline __attribute__((always_inline))

typedef v128_t vec; // four floats

#define load wasm_v128_load
#define store wasm_v128_store
#define splat wasm_f32x4_splat
#define load_splat wasm_v128_load32_splat
#define add wasm_f32x4_add
#define sub wasm_f32x4_sub
#define mul wasm_f32x4_mul
#ifdef __wasm_relaxed_simd__
#define mul_add wasm_f32x4_relaxed_madd // x · y + z, rounded once where the processor can
#else
#define mul_add(x, y, z) add(z, mul(x, y))
#endif
#define div wasm_f32x4_div
#define max wasm_f32x4_max // NaN if either is
#define min wasm_f32x4_min
#define select wasm_v128_bitselect // (a, b, mask)

// Memory that a kernel may use while it runs; the lowering says how much (`Table.scratch`).
extern float *scratch;

#define copy_words(to, from, count) __builtin_memmove(to, from, (size_t)(count) * 4)
#define zero_words(to, count) __builtin_memset(to, 0, (size_t)(count) * 4)
typedef __SIZE_TYPE__ size_t;

INLINE int min_int(int a, int b) { return a < b ? a : b; }
INLINE int max_int(int a, int b) { return a > b ? a : b; }

// The first `count` (1 to 3) lanes.
INLINE void store_part(float *to, vec x, int count) {
  wasm_v128_store32_lane(to, x, 0);
  if (count > 1) wasm_v128_store32_lane(to + 1, x, 1);
  if (count > 2) wasm_v128_store32_lane(to + 2, x, 2);
}

INLINE float sum_lanes(vec x) {
  x = add(x, wasm_i32x4_shuffle(x, x, 2, 3, 0, 1));
  return wasm_f32x4_extract_lane(add(x, wasm_i32x4_shuffle(x, x, 1, 0, 3, 2)), 0);
}

INLINE float max_lanes(vec x) {
  x = max(x, wasm_i32x4_shuffle(x, x, 2, 3, 0, 1));
  return wasm_f32x4_extract_lane(max(x, wasm_i32x4_shuffle(x, x, 1, 0, 3, 2)), 0);
}
