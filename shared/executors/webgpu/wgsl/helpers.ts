/**
 * Functions that the generated modules draw on, each in a form for one element and one for four (`T` below). Implementations
 * of WGSL differ in what they make of NaN, of infinities and of large arguments, so these settle it.
 */

const templates: Record<string, { uses?: string[]; text: string }> = {
  // By its bits, since a compiler may take `x != x` for false.
  isNan: { text: 'fn isNan#(x: T) -> B { return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u); }' },
  isInfinite: {
    text: 'fn isInfinite#(x: T) -> B { return (bitcast<U>(x) & U(0x7fffffffu)) == U(0x7f800000u); }',
  },
  maximum: {
    uses: ['isNan'],
    text: 'fn maximum#(a: T, b: T) -> T { return select(max(a, b), a + b, isNan#(a) | isNan#(b)); }',
  },
  minimum: {
    uses: ['isNan'],
    text: 'fn minimum#(a: T, b: T) -> T { return select(min(a, b), a + b, isNan#(a) | isNan#(b)); }',
  },
  signOf: {
    uses: ['isNan'],
    text: 'fn signOf#(x: T) -> T { return select(sign(x), x, isNan#(x)); }',
  },
  // By the polynomial of Cephes' expf, 2ⁿ in two factors so that neither end overflows early.
  exponential: {
    uses: ['isNan'],
    text: `fn exponential#(x: T) -> T {
  let bounded = clamp(x, T(-104.0), T(88.8));
  let n = round(bounded * T(1.442695));
  let r = (bounded - n * T(0.693359375)) + n * T(2.1219444e-4);
  let p = ((((T(1.9875691e-4) * r + T(1.3981999e-3)) * r + T(8.3334519e-3)) * r + T(4.1665796e-2)) * r + T(0.16666666)) * r + T(0.5);
  let half = floor(n * T(0.5));
  let low = bitcast<T>((I(half) + I(127)) << U(23u));
  let high = bitcast<T>((I(n - half) + I(127)) << U(23u));
  let y = select((p * r * r + r + T(1.0)) * low * high, T(bitcast<f32>(infinity)), x > T(88.72284));
  return select(y, x, isNan#(x));
}`,
  },
  // By the polynomial of Cephes' logf.
  logarithm: {
    uses: ['isNan', 'isInfinite'],
    text: `fn logarithm#(x: T) -> T {
  let bits = bitcast<U>(max(x, T(1.17549435e-38)));
  let m = bitcast<T>((bits & U(0x007fffffu)) | U(0x3f000000u));
  let isSmall = m < T(0.70710678);
  let e = T(bits >> U(23u)) - select(T(126.0), T(127.0), isSmall);
  let r = select(m, m + m, isSmall) - T(1.0);
  let p = (((((((T(7.0376836e-2) * r - T(0.1151461)) * r + T(0.116769987)) * r - T(0.12420141)) * r + T(0.14249323)) * r
    - T(0.16668058)) * r + T(0.20000715)) * r - T(0.24999994)) * r + T(0.33333331);
  let z = r * r;
  let finite = r + (r * z * p - e * T(2.1219444e-4) - T(0.5) * z) + e * T(0.693359375);
  let y = select(finite, T(-bitcast<f32>(infinity)), x == T(0.0));
  return select(select(y, x, isNan#(x) | isInfinite#(x)), T(bitcast<f32>(notANumber)), x < T(0.0));
}`,
  },
  sigmoid: {
    uses: ['exponential'],
    text: `fn sigmoid#(x: T) -> T {
  return T(1.0) / (T(1.0) + exponential#(-x));
}`,
  },
  // Beyond 9.02 it is 1 in float32; below 0.04 the series is closer than the quotient of exponentials.
  tangent: {
    uses: ['exponential', 'isNan'],
    text: `fn tangent#(x: T) -> T {
  let e = exponential#(T(2.0) * clamp(x, T(-9.1), T(9.1)));
  let s = x * x;
  let small = x * (T(1.0) + s * (T(-0.33333334) + s * (T(0.13333334) + s * T(-0.053968254))));
  return select(select((e - T(1.0)) / (e + T(1.0)), small, abs(x) < T(0.2)), x, isNan#(x));
}`,
  },
  // Below 1 the series of DLMF 7.6.1, above it Abramowitz and Stegun 7.1.26 would give 1.5e-7; this is Numerical Recipes' erfc.
  errorFunction: {
    uses: ['exponential', 'isNan'],
    text: `fn errorFunction#(x: T) -> T {
  let z = min(abs(x), T(6.0));
  let s = z * z;
  let small = z * T(1.1283792) * (T(1.0) + s * (T(-0.33333334) + s * (T(0.1) + s * (T(-0.023809524) + s * (T(0.0046296297)
    + s * (T(-0.00075757576) + s * (T(0.000106837607) + s * T(-0.000013227513))))))));
  let t = T(1.0) / (T(1.0) + T(0.5) * z);
  let p = T(-1.26551223) + t * (T(1.00002368) + t * (T(0.37409196) + t * (T(0.09678418) + t * (T(-0.18628806)
    + t * (T(0.27886807) + t * (T(-1.13520398) + t * (T(1.48851587) + t * (T(-0.82215223) + t * T(0.17087277)))))))));
  let y = select(T(1.0) - t * exponential#(p - s), small, z < T(0.75));
  return select(select(y, -y, x < T(0.0)), x, isNan#(x));
}`,
  },
  // π/2 in three parts (Cody and Waite), then the polynomials of Cephes; WGSL's own may be off by 5e-4.
  circular: {
    text: `fn circular#(x: T, shift: T) -> T {
  let n = round(x * T(0.63661975)) ;
  let r = ((x - n * T(1.5703125)) - n * T(4.837512969970703e-4)) - n * T(7.549789954e-8);
  let s = r * r;
  let sine = r + r * s * (T(-1.6666654611e-1) + s * (T(8.3321608736e-3) + s * T(-1.9515295891e-4)));
  let cosine = T(1.0) - T(0.5) * s + s * s * (T(4.166664568298827e-2) + s * (T(-1.388731625493765e-3) + s * T(2.443315711809948e-5)));
  let quarter = n + shift;
  let q = quarter - T(4.0) * floor(quarter * T(0.25));
  let y = select(sine, cosine, (q == T(1.0)) | (q == T(3.0)));
  return select(y, -y, q >= T(2.0));
}`,
  },
  sine: {
    uses: ['circular', 'isNan', 'isInfinite'],
    text: 'fn sine#(x: T) -> T { return select(circular#(x, T(0.0)), T(bitcast<f32>(notANumber)), isNan#(x) | isInfinite#(x)); }',
  },
  cosine: {
    uses: ['circular', 'isNan', 'isInfinite'],
    text: 'fn cosine#(x: T) -> T { return select(circular#(x, T(1.0)), T(bitcast<f32>(notANumber)), isNan#(x) | isInfinite#(x)); }',
  },
  // Of the absolute value; then the sign for whole exponents, and NaN for a negative base and a broken exponent.
  power: {
    uses: ['isNan', 'isInfinite'],
    text: `fn power#(a: T, b: T) -> T {
  let whole = floor(b) == b;
  let odd = whole & (abs(b) < T(16777216.0)) & ((b - T(2.0) * floor(b * T(0.5))) == T(1.0));
  let size = abs(a);
  let boundless = T(bitcast<f32>(infinity));
  let inside = exp2(clamp(b * log2(clamp(size, T(1.17549435e-38), T(3.4e38))), T(-149.0), T(127.99999)));
  let overflows = b * log2(clamp(size, T(1.17549435e-38), T(3.4e38))) >= T(128.0);
  let atZero = select(T(0.0), boundless, b < T(0.0));
  let atInfinity = select(boundless, T(0.0), b < T(0.0));
  var y = select(inside, boundless, overflows);
  y = select(select(y, atInfinity, isInfinite#(a)), atZero, size == T(0.0));
  y = select(y, -y, odd & (a < T(0.0)));
  y = select(y, T(bitcast<f32>(notANumber)), (a < T(0.0)) & !whole & !isInfinite#(b));
  return select(select(y, a + b, isNan#(a) | isNan#(b)), T(1.0), b == T(0.0));
}`,
  },
  // The finaliser of MurmurHash3, as in graph/random.ts.
  mix: {
    text: `fn mix#(value: U) -> U {
  var h = value;
  h = (h ^ (h >> U(16u))) * U(0x85ebca6bu);
  h = (h ^ (h >> U(13u))) * U(0xc2b2ae35u);
  return h ^ (h >> U(16u));
}`,
  },
};

/** `name` ends in 1 or 4, the number of elements. Adds it and what it needs, by name, in order. */
export function addHelper(to: Map<string, string>, name: string): void {
  if (to.has(name)) return;
  const width = name.at(-1)!;
  const { uses = [], text } = templates[name.slice(0, -1)]!;
  for (const other of uses) addHelper(to, other + width);
  const types =
    width === '4'
      ? { T: 'vec4f', B: 'vec4<bool>', U: 'vec4u', I: 'vec4i' }
      : { T: 'f32', B: 'bool', U: 'u32', I: 'i32' };
  to.set(
    name,
    text.replaceAll('#', width).replace(/\b[TBUI]\b/g, (letter) => types[letter as keyof typeof types]),
  );
}

/** Kept in variables, since a constant expression may be neither. */
export const SPECIAL_NUMBERS = `var<private> infinity: u32 = 0x7f800000u;
var<private> notANumber: u32 = 0x7fc00000u;`;
