/**
 * Trigonometric functions in f32 (see prelude.ts). Angles are reduced by a half of pi in parts of
 * eleven bits, so that products with counts up to 2^13 are exact; larger angles take 2 / pi in
 * integers.
 */

/** `addax_sin`, `addax_asin` and their kin. */
export const TRIGONOMETRIC = `
fn addax_sin_near(r: f32) -> f32 {
  let z = r * r;
  let p = fma(z, fma(z, -0.0001958789, 0.008332748), -0.16666664);
  return fma(z * r, p, r);
}
fn addax_cos_near(r: f32) -> f32 {
  let z = r * r;
  let p = fma(z, fma(z, 2.4547942e-5, -0.0013888302), 0.041666664);
  return fma(z * z, p, fma(-0.5, z, 1.0));
}
fn addax_turn(x: f32, n: i32) -> f32 {
  // Products with one count would be joined by compilers, so the counts are two to them.
  let count = round(x * 0.63661975);
  let rest = fma(f32(n), -0.0004837512969970703, fma(count, -1.5703125, x));
  return fma(f32(n), -2.563344e-12, fma(count, -7.549533620476723e-8, rest));
}
fn addax_turned(x: f32) -> vec2<f32> {
  // The angle from the nearest quarter turn, and which of the four it is.
  let n = i32(round(x * 0.63661975));
  var turned = vec2<f32>(addax_turn(x, n), f32(n & 3));
  if (abs(x) > 12868.0) { turned = addax_turned_far(x); }
  return turned;
}
fn addax_sin_turned(r: f32, quadrant: u32) -> f32 {
  let y = select(addax_sin_near(r), addax_cos_near(r), (quadrant & 1u) == 1u);
  return bitcast<f32>(bitcast<u32>(y) ^ ((quadrant & 2u) << 30u));
}
fn addax_sin(x: f32) -> f32 {
  let turned = addax_turned(x);
  return addax_if_plain(addax_sin_turned(turned.x, u32(turned.y)), x);
}
fn addax_cos(x: f32) -> f32 {
  let turned = addax_turned(x);
  return addax_sin_turned(turned.x, u32(turned.y) + 1u);
}
fn addax_tan(x: f32) -> f32 {
  let turned = addax_turned(x);
  let s = addax_sin_near(turned.x);
  let c = addax_cos_near(turned.x);
  let is_odd = (u32(turned.y) & 1u) == 1u;
  return addax_if_plain(select(s, -c, is_odd) / select(c, s, is_odd), x);
}
fn addax_asin_near(s: f32, z: f32) -> f32 {
  // asin(s) with z = s^2 up to 1 / 4
  var p = fma(z, fma(z, 0.038085025, 0.026554542), 0.04500138);
  p = fma(z, fma(z, p, 0.07498855), 0.16666673);
  return fma(s * z, p, s);
}
fn addax_asin(x: f32) -> f32 {
  let size = abs(x);
  let is_far = size > 0.5;
  let z = select(x * x, 0.5 - 0.5 * size, is_far);
  let y = addax_asin_near(select(size, sqrt(z), is_far), z);
  let far = 1.5707964 - (2.0 * y + 4.371139e-8);
  let result = addax_copy_sign(select(y, far, is_far), x);
  return addax_keep_nan(addax_patch(result, 0x7fc00000u, size > 1.0), x);
}
fn addax_acos(x: f32) -> f32 {
  let size = abs(x);
  let is_far = size > 0.5;
  let z = select(x * x, 0.5 - 0.5 * size, is_far);
  let y = addax_asin_near(select(size, sqrt(z), is_far), z);
  let is_negative = x < 0.0;
  let mirrored = select(2.0 * y, 3.1415927 - (2.0 * y + 8.742278e-8), is_negative);
  let near = 1.5707964 - (select(y, -y, is_negative) + 4.371139e-8);
  let result = select(near, mirrored, is_far);
  return addax_keep_nan(addax_patch(result, 0x7fc00000u, size > 1.0), x);
}
fn addax_atan_near(t: f32) -> f32 {
  // of t from 0 to 1
  let z = t * t;
  var p = fma(z, fma(z, -0.0023869972, 0.013507771), -0.03587154);
  p = fma(z, fma(z, p, 0.06250169), -0.0865688);
  p = fma(z, fma(z, p, 0.110337645), -0.14278568);
  p = fma(z, fma(z, p, 0.1999974), -0.3333333);
  return fma(z * t, p, t);
}
fn addax_atan(x: f32) -> f32 {
  let size = abs(x);
  let is_far = size > 1.0;
  let y = addax_atan_near(select(size, 1.0 / size, is_far));
  let result = select(y, 1.5707964 - (y + 4.371139e-8), is_far);
  return addax_keep_nan(addax_copy_sign(result, x), x);
}
fn addax_atan2(y: f32, x: f32) -> f32 {
  let a = abs(y);
  let b = abs(x);
  let is_far = a > b;
  let top = min(a, b);
  let base = max(a, b);
  // Equal sizes, zero and infinite ones too: a corner of 45 degrees, but 0 / 0 is 0.
  let ratio = select(top / base, select(1.0, 0.0, base == 0.0), top == base);
  let near = addax_atan_near(ratio);
  let turned = select(near, 1.5707964 - (near + 4.371139e-8), is_far);
  let is_left = bitcast<i32>(x) < 0;
  let result = select(turned, 3.1415927 - (turned + 8.742278e-8), is_left);
  let is_nan = addax_is_nan(x) | addax_is_nan(y);
  return addax_patch(addax_copy_sign(result, y), 0x7fc00000u, is_nan);
}
fn addax_product_high(a: u32, b: u32) -> u32 {
  // The upper word of a product of 24 and 32 bits.
  let low = (b & 0xffffu) * (a & 0xffffu);
  let middle = (b >> 16u) * (a & 0xffffu) + (low >> 16u);
  let other = (b & 0xffffu) * (a >> 16u) + (middle & 0xffffu);
  return (b >> 16u) * (a >> 16u) + (middle >> 16u) + (other >> 16u);
}
fn addax_two_over_pi(bit: u32) -> vec3<u32> {
  // 96 digits of 2 / pi, from 32 before its point on.
  let word = bit >> 5u;
  var w = vec4<u32>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u);
  w = select(w, vec4<u32>(0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u), word == 1u);
  w = select(w, vec4<u32>(0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u), word == 2u);
  w = select(w, vec4<u32>(0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u), word == 3u);
  w = select(w, vec4<u32>(0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu), word == 4u);
  let shift = bit & 31u;
  let carried = (w.yzw >> vec3<u32>(1u)) >> vec3<u32>(31u - shift);
  return (w.xyz << vec3<u32>(shift)) | carried;
}
fn addax_turned_far(x: f32) -> vec2<f32> {
  // The mantissa times those 96 digits of 2 / pi that count.
  let bits = bitcast<u32>(abs(x));
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  let digits = addax_two_over_pi((bits >> 23u) - 120u);
  let third = addax_product_high(mantissa, digits.z);
  let low = mantissa * digits.y + third;
  let carry = addax_product_high(mantissa, digits.y) + select(0u, 1u, low < third);
  let high = mantissa * digits.x + carry;
  // Two bits of quadrant, then the fraction, taken from the nearest quadrant.
  var upper = (high << 2u) | (low >> 30u);
  var lower = low << 2u;
  let is_past = upper >= 0x80000000u;
  if (is_past) {
    lower = ~lower + 1u;
    upper = ~upper + select(0u, 1u, lower == 0u);
  }
  let part = fma(f32(lower), 5.421011e-20, f32(upper) * 2.3283064e-10) * 1.5707964;
  let quadrant = (high >> 30u) + select(0u, 1u, is_past);
  let is_negative = x < 0.0;
  let turns = select(quadrant, 4u - quadrant, is_negative) & 3u;
  let rest = select(part, -part, is_past != is_negative);
  return vec2<f32>(addax_patch(rest, 0x7fc00000u, bits >= 0x7f800000u), f32(turns));
}
`;
