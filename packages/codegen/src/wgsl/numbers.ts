/**
 * Helper functions (see prelude.ts) about numbers as such: tests, extremes, rounding to narrow floats,
 * conversions, integer arithmetic.
 */

/**
 * Of one or four lanes. NaN and infinity are made of bits at run time: WGSL refuses them as
 * constants. A NaN is known by its bits: drivers fold `x != x` to false.
 */
export const NUMBERS = `
fn addax_nan$() -> F {
  var bits = 0x7fc00000u;
  return F(bitcast<f32>(bits));
}
fn addax_infinity$() -> F {
  var bits = 0x7f800000u;
  return F(bitcast<f32>(bits));
}
fn addax_is_nan$(x: F) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u);
}
fn addax_is_finite$(x: F) -> B {
  return (bitcast<U>(x) & U(0x7f800000u)) < U(0x7f800000u);
}
fn addax_truth$(x: F) -> U {
  return U((bitcast<U>(x) & U(0x7fffffffu)) != U(0u));
}
fn addax_rectify$(x: F) -> F {
  return select(x, F(0.0), x <= F(0.0));
}
fn addax_sign$(x: F) -> F {
  let bits = bitcast<U>(x);
  let one = bitcast<F>((bits & U(0x80000000u)) | U(0x3f800000u));
  // Zeros and NaN are what they were.
  return select(x, one, ((bits & U(0x7fffffffu)) - U(1u)) < U(0x7f800000u));
}
fn addax_copy_sign$(x: F, sign: F) -> F {
  return bitcast<F>((bitcast<U>(x) & U(0x7fffffffu)) | (bitcast<U>(sign) & U(0x80000000u)));
}
fn addax_flip_sign$(x: F, sign: F) -> F {
  return bitcast<F>(bitcast<U>(x) ^ (bitcast<U>(sign) & U(0x80000000u)));
}
fn addax_min$(a: F, b: F) -> F {
  return select(b, a, (a < b) | addax_is_nan$(a));
}
fn addax_max$(a: F, b: F) -> F {
  return select(b, a, (a > b) | addax_is_nan$(a));
}
fn addax_round_bfloat16$(x: F) -> F {
  let bits = bitcast<U>(x);
  let near = (bits + U(0x7fffu) + ((bits >> U(16u)) & U(1u))) & U(0xffff0000u);
  return select(x, bitcast<F>(near), addax_is_finite$(x));
}
fn addax_round_float16$(x: F) -> F {
  let bits = bitcast<U>(x);
  let size = bits & U(0x7fffffffu);
  let near = (size + U(0xfffu) + ((size >> U(13u)) & U(1u))) & U(0xffffe000u);
  // Below 2^-14 values are multiples of 2^-24; from 65520 on they are infinite.
  let small = bitcast<U>(round(bitcast<F>(size) * 16777216.0) * 5.9604645e-8);
  let finite = select(near, small, size < U(0x38800000u));
  let rounded = select(finite, U(0x7f800000u), finite >= U(0x47800000u));
  return bitcast<F>(select(rounded, size, size > U(0x7f800000u)) | (bits & U(0x80000000u)));
}
fn addax_encode_bfloat16$(x: F) -> U {
  return select(bitcast<U>(x) >> U(16u), U(0x7fc0u), addax_is_nan$(x));
}
fn addax_decode_bfloat16$(bits: U) -> F {
  return bitcast<F>(bits << U(16u));
}
fn addax_encode_float16$(x: F) -> U {
  let bits = bitcast<U>(x);
  let size = bits & U(0x7fffffffu);
  let small = U(bitcast<F>(size) * 16777216.0);
  let finite = select((size - U(0x38000000u)) >> U(13u), small, size < U(0x38800000u));
  let whole = select(finite, U(0x7c00u), size >= U(0x7f800000u));
  return select(whole | ((bits >> U(16u)) & U(0x8000u)), U(0x7e00u), size > U(0x7f800000u));
}
fn addax_decode_float16$(bits: U) -> F {
  let size = bits & U(0x7fffu);
  let normal = (size << U(13u)) + U(0x38000000u);
  let small = bitcast<U>(F(size) * 5.9604645e-8);
  let finite = select(normal, small, size < U(0x400u));
  let value = select(finite, normal + U(0x38000000u), size >= U(0x7c00u));
  return bitcast<F>(value | ((bits & U(0x8000u)) << U(16u)));
}
fn addax_within$(x: F, low: F, high: F) -> F {
  return select(select(select(x, high, x >= high), low, x <= low), F(0.0), addax_is_nan$(x));
}
fn addax_to_i32$(x: F) -> I {
  let near = I(addax_within$(x, F(-2147483648.0), F(2147483520.0)));
  return select(near, I(2147483647), x >= F(2147483648.0));
}
fn addax_to_u32$(x: F) -> U {
  let near = U(addax_within$(x, F(0.0), F(4294967040.0)));
  return select(near, U(4294967295u), x >= F(4294967296.0));
}
fn addax_sticky_u$(x: U) -> F {
  let rest = x & U(0xffu);
  let marked = (x ^ rest) | select(U(0u), U(0x100u), rest != U(0u));
  return F(select(x, marked, x >= U(0x1000000u)));
}
fn addax_sticky_i$(x: I) -> F {
  let size = addax_sticky_u$(bitcast<U>(abs(x)));
  return select(size, -size, x < I(0));
}
fn addax_div_i$(a: I, b: I) -> I {
  return select(a / b, I(0), b == I(0));
}
fn addax_div_u$(a: U, b: U) -> U {
  return select(a / b, U(0u), b == U(0u));
}
fn addax_rem_i$(a: I, b: I) -> I {
  return select(a % b, I(0), b == I(0));
}
fn addax_rem_u$(a: U, b: U) -> U {
  return select(a % b, U(0u), b == U(0u));
}
fn addax_shl_long$(a: I, b: I) -> I {
  let count = bitcast<U>(b) & U(63u);
  return select(a << (count & U(31u)), I(0), count > U(31u));
}
fn addax_shr_long$(a: I, b: I) -> I {
  return a >> min(bitcast<U>(b) & U(63u), U(31u));
}
`;

/** Of one value. */
export const NUMBERS_ONE_BY_ONE = `
fn addax_pow_u$(a: U, b: U) -> U {
  var result = 1u;
  var base = a;
  for (var rest = b; rest > 0u; rest >>= 1u) {
    if ((rest & 1u) == 1u) { result *= base; }
    base *= base;
  }
  return result;
}
fn addax_pow_i$(a: I, b: I) -> I {
  if (b >= 0) { return bitcast<I>(addax_pow_u$(bitcast<U>(a), bitcast<U>(b))); }
  if (a == 1) { return 1; }
  return select(0, select(1, -1, (b & 1) == 1), a == -1);
}
fn addax_rem$(a: F, b: F) -> F {
  // Long division of the mantissas, eight bits at a time: exact whatever the quotient.
  let sign = bitcast<U>(a) & 0x80000000u;
  let x = bitcast<U>(a) & 0x7fffffffu;
  let y = bitcast<U>(b) & 0x7fffffffu;
  if (x >= 0x7f800000u || y > 0x7f800000u || y == 0u) { return addax_nan$(); }
  if (x < y) { return a; }
  var place = max(x >> 23u, 1u);
  let last = max(y >> 23u, 1u);
  let divisor = (y & 0x7fffffu) | select(0u, 0x800000u, y >= 0x800000u);
  var rest = ((x & 0x7fffffu) | select(0u, 0x800000u, x >= 0x800000u)) % divisor;
  for (; place >= last + 8u; place -= 8u) { rest = (rest << 8u) % divisor; }
  rest = (rest << (place - last)) % divisor;
  if (rest == 0u) { return bitcast<F>(sign); }
  let shift = min(countLeadingZeros(rest) - 8u, last - 1u);
  rest <<= shift;
  let exponent = select(0u, (last - shift) << 23u, rest >= 0x800000u);
  return bitcast<F>(sign | exponent | (rest & 0x7fffffu));
}
`;
