/**
 * Helper functions (see prelude.ts) about numbers as such: tests, extremes, rounding to narrow floats,
 * conversions, integer arithmetic.
 */

/**
 * NaN and infinity are made of bits at run time: WGSL refuses them as
 * constants. A NaN is known by its bits: drivers fold `x != x` to false.
 */
export const NUMBERS = `
fn addax_nan() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}
fn addax_infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}
fn addax_patch(y: f32, bits: u32, applies: bool) -> f32 {
  // Chosen as integers: compilers that think NaN away would choose the other.
  return bitcast<f32>(select(bitcast<u32>(y), bits, applies));
}
fn addax_keep_nan(y: f32, x: f32) -> f32 {
  return addax_patch(y, bitcast<u32>(x), addax_is_nan(x));
}
fn addax_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn addax_is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) < 0x7f800000u;
}
fn addax_truth(x: f32) -> u32 {
  return u32((bitcast<u32>(x) & 0x7fffffffu) != 0u);
}
fn addax_sign(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let one = bitcast<f32>((bits & 0x80000000u) | 0x3f800000u);
  // Zeros and NaN are what they were.
  return select(x, one, ((bits & 0x7fffffffu) - 1u) < 0x7f800000u);
}
fn addax_copy_sign(x: f32, sign: f32) -> f32 {
  return bitcast<f32>((bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u));
}
fn addax_min(a: f32, b: f32) -> f32 {
  return addax_patch(b, bitcast<u32>(a), (a < b) | addax_is_nan(a));
}
fn addax_max(a: f32, b: f32) -> f32 {
  return addax_patch(b, bitcast<u32>(a), (a > b) | addax_is_nan(a));
}
fn addax_round_bfloat16(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let near = (bits + 0x7fffu + ((bits >> 16u) & 1u)) & 0xffff0000u;
  return select(x, bitcast<f32>(near), addax_is_finite(x));
}
fn addax_round_float16(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let near = (size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u;
  // Below 2^-14 values are multiples of 2^-24; from 65520 on they are infinite.
  let small = bitcast<u32>(round(bitcast<f32>(size) * 16777216.0) * 5.9604645e-8);
  let finite = select(near, small, size < 0x38800000u);
  let rounded = select(finite, 0x7f800000u, finite >= 0x47800000u);
  return bitcast<f32>(select(rounded, size, size > 0x7f800000u) | (bits & 0x80000000u));
}
fn addax_encode_bfloat16(x: f32) -> u32 {
  return select(bitcast<u32>(x) >> 16u, 0x7fc0u, addax_is_nan(x));
}
fn addax_decode_bfloat16(bits: u32) -> f32 {
  return bitcast<f32>(bits << 16u);
}
fn addax_encode_float16(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let small = u32(bitcast<f32>(size) * 16777216.0);
  let finite = select((size - 0x38000000u) >> 13u, small, size < 0x38800000u);
  let whole = select(finite, 0x7c00u, size >= 0x7f800000u);
  return select(whole | ((bits >> 16u) & 0x8000u), 0x7e00u, size > 0x7f800000u);
}
fn addax_decode_float16(bits: u32) -> f32 {
  let size = bits & 0x7fffu;
  let normal = (size << 13u) + 0x38000000u;
  let small = bitcast<u32>(f32(size) * 5.9604645e-8);
  let finite = select(normal, small, size < 0x400u);
  let value = select(finite, normal + 0x38000000u, size >= 0x7c00u);
  return bitcast<f32>(value | ((bits & 0x8000u) << 16u));
}
fn addax_within(x: f32, low: f32, high: f32) -> f32 {
  return addax_patch(select(select(x, high, x >= high), low, x <= low), 0u, addax_is_nan(x));
}
fn addax_to_i32(x: f32) -> i32 {
  let near = i32(addax_within(x, -2147483648.0, 2147483520.0));
  return select(near, 2147483647, x >= 2147483648.0);
}
fn addax_to_u32(x: f32) -> u32 {
  let near = u32(addax_within(x, 0.0, 4294967040.0));
  return select(near, 4294967295u, x >= 4294967296.0);
}
fn addax_sticky_u(x: u32) -> f32 {
  let rest = x & 0xffu;
  let marked = (x ^ rest) | select(0u, 0x100u, rest != 0u);
  return f32(select(x, marked, x >= 0x1000000u));
}
fn addax_sticky_i(x: i32) -> f32 {
  let size = addax_sticky_u(bitcast<u32>(abs(x)));
  return select(size, -size, x < 0);
}
fn addax_div_i(a: i32, b: i32) -> i32 {
  return select(a / b, 0, b == 0);
}
fn addax_div_u(a: u32, b: u32) -> u32 {
  return select(a / b, 0u, b == 0u);
}
fn addax_rem_i(a: i32, b: i32) -> i32 {
  return select(a % b, 0, b == 0);
}
fn addax_rem_u(a: u32, b: u32) -> u32 {
  return select(a % b, 0u, b == 0u);
}
fn addax_shl_long(a: i32, b: i32) -> i32 {
  let count = bitcast<u32>(b) & 63u;
  return select(a << (count & 31u), 0, count > 31u);
}
fn addax_shr_long(a: i32, b: i32) -> i32 {
  return a >> min(bitcast<u32>(b) & 63u, 31u);
}
fn addax_pow_u(a: u32, b: u32) -> u32 {
  var result = 1u;
  var base = a;
  for (var rest = b; rest > 0u; rest >>= 1u) {
    if ((rest & 1u) == 1u) { result *= base; }
    base *= base;
  }
  return result;
}
fn addax_pow_i(a: i32, b: i32) -> i32 {
  if (b >= 0) { return bitcast<i32>(addax_pow_u(bitcast<u32>(a), bitcast<u32>(b))); }
  if (a == 1) { return 1; }
  return select(0, select(1, -1, (b & 1) == 1), a == -1);
}
fn addax_rem(a: f32, b: f32) -> f32 {
  // Long division of the mantissas, eight bits at a time: exact whatever the quotient.
  let sign = bitcast<u32>(a) & 0x80000000u;
  let x = bitcast<u32>(a) & 0x7fffffffu;
  let y = bitcast<u32>(b) & 0x7fffffffu;
  if (x >= 0x7f800000u || y > 0x7f800000u || y == 0u) { return addax_nan(); }
  if (x < y) { return a; }
  var place = max(x >> 23u, 1u);
  let last = max(y >> 23u, 1u);
  let divisor = (y & 0x7fffffu) | select(0u, 0x800000u, y >= 0x800000u);
  var rest = ((x & 0x7fffffu) | select(0u, 0x800000u, x >= 0x800000u)) % divisor;
  for (; place >= last + 8u; place -= 8u) { rest = (rest << 8u) % divisor; }
  rest = (rest << (place - last)) % divisor;
  if (rest == 0u) { return bitcast<f32>(sign); }
  let shift = min(countLeadingZeros(rest) - 8u, last - 1u);
  rest <<= shift;
  let exponent = select(0u, (last - shift) << 23u, rest >= 0x800000u);
  return bitcast<f32>(sign | exponent | (rest & 0x7fffffu));
}
`;
