/**
 * Exponentials and logarithms in f32 (see prelude.ts). Drivers' own lose digits or NaN, so these are
 * polynomials; their coefficients are Chebyshev fits. `fma` may be fused or not: what must be exact
 * is exact either way, because constants and counts have few enough bits.
 */

/** `addax_exp`, `addax_log`, `addax_pow` and their kin. */
export const EXPONENTIAL = `
fn addax_exp_rest(x: f32, n: i32) -> f32 {
  // Two products with one count would be joined by compilers, so the counts are two to them.
  return fma(f32(n), -1.4286068e-6, fma(round(x * 1.442695), -0.693145752, x));
}
fn addax_exp_tail(r: f32) -> f32 {
  // (e^r - 1 - r) / r^2
  let p = fma(r, 0.0013926177, 0.008363173);
  return fma(r, fma(r, fma(r, p, 0.041666556), 0.16666578), 0.5);
}
fn addax_exp_near(r: f32) -> f32 {
  return fma(r * r, addax_exp_tail(r), r) + 1.0;
}
fn addax_exp(x: f32) -> f32 {
  let n = i32(round(x * 1.442695));
  let p = addax_exp_near(addax_exp_rest(x, n));
  // The power of two goes into the exponent: 128 of them with p below 1 are no overflow.
  let y = bitcast<f32>(bitcast<u32>(p) + (bitcast<u32>(n) << 23u));
  let bounded = addax_patch(select(y, 0.0, x < -87.33654), 0x7f800000u, x > 88.72283);
  return addax_keep_nan(bounded, x);
}
fn addax_quarter_expm1(x: f32) -> f32 {
  // (e^x - 1) / 4 for x from -30 to 89.5.
  let n = i32(round(x * 1.442695));
  let r = addax_exp_rest(x, n);
  let e = fma(r * r, addax_exp_tail(r), r);
  let s = bitcast<f32>(bitcast<u32>(n + 125) << 23u);
  return fma(s, e, s - 0.25);
}
fn addax_if_plain(y: f32, x: f32) -> f32 {
  // y, but x itself if that is NaN or so small that an odd function changes nothing.
  let bits = bitcast<u32>(x);
  return addax_patch(y, bits, ((bits & 0x7fffffffu) - 0x33000000u) >= 0x4c800001u);
}
fn addax_expm1(x: f32) -> f32 {
  return addax_if_plain(4.0 * addax_quarter_expm1(clamp(x, -30.0, 89.5)), x);
}
fn addax_log_tail(f: f32) -> f32 {
  // (log(1 + f) - f + f^2 / 2) / f^3
  var p = fma(f, 0.06971612, -0.11479734);
  p = fma(f, fma(f, fma(f, p, 0.1168542), -0.12425687), 0.14249058);
  p = fma(f, fma(f, fma(f, p, -0.16667803), 0.20000716), -0.24999997);
  return fma(f, p, 0.3333333);
}
fn addax_log_sum(n: f32, f: f32) -> f32 {
  // n log 2 + log(1 + f)
  let square = f * f;
  let tail = fma(n, 1.4286068e-6, fma(f * square, addax_log_tail(f), -0.5 * square));
  return fma(n, 0.693145752, tail + f);
}
fn addax_log_count(x: f32) -> i32 {
  // The power of two that leaves a number between the roots of 1/2 and 2.
  return (bitcast<i32>(x) - 0x3f3504f3) >> 23u;
}
fn addax_log(x: f32) -> f32 {
  let n = addax_log_count(x);
  let m = bitcast<f32>(bitcast<i32>(x) - (n << 23u));
  return addax_log_edges(addax_log_sum(f32(n), m - 1.0), x, x);
}
fn addax_log_edges(y: f32, x: f32, whole: f32) -> f32 {
  // whole is not a positive normal number: it is zero, infinite, NaN or negative.
  let bits = bitcast<u32>(whole);
  let is_zero = (bits & 0x7fffffffu) < 0x800000u;
  let edge = select(0x7fc00000u, 0xff800000u, is_zero);
  let kept = (bits == 0x7f800000u) | addax_is_nan(x);
  let other = select(edge, bitcast<u32>(x), kept);
  return addax_patch(y, other, (bits - 0x800000u) >= 0x7f000000u);
}
fn addax_log1p(x: f32) -> f32 {
  let whole = 1.0 + x;
  let is_near = abs(x - 0.0625) < 0.3125;
  let n = select(addax_log_count(whole), 0, is_near);
  let m = bitcast<f32>(bitcast<i32>(whole) - (n << 23u));
  let scale = bitcast<f32>((127 - min(n, 30)) << 23u);
  // What the sum lost, scaled like the sum.
  let t = x * scale;
  let lost = select(t - (m - scale), scale - (m - t), x > 1.0);
  let f = select((m - 1.0) + select(lost, 0.0, n > 24), x, is_near);
  let y = addax_log_edges(addax_log_sum(f32(n), f), x, whole);
  return addax_if_plain(y, x);
}
fn addax_high(x: f32) -> f32 {
  // The first twelve bits: products of two such numbers are exact.
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}
fn addax_pow(a: f32, b: f32) -> f32 {
  let size = abs(a);
  let n = addax_log_count(size);
  let m = bitcast<f32>(bitcast<i32>(size) - (n << 23u));
  // s = (m - 1) / (m + 1) in two parts; the logarithm is 2 atanh(s).
  let u = m - 1.0;
  let v = m + 1.0;
  let s = u / v;
  let s1 = addax_high(s);
  let v1 = addax_high(v);
  let v2 = m - (v1 - 1.0);
  let s2 = ((u - s1 * v1) - s1 * v2) / v;
  let z = s * s;
  let q = fma(z, fma(z, fma(z, 0.116664566, 0.14275366), 0.20000061), 0.33333334);
  // log2 of the size: n + (s + s^3 q) 2 / log 2, its first twelve bits and the rest.
  let w = fma(s * z, q, s2);
  let main = s1 * 2.884765625;
  let rest = fma(s1, 0.0006244568, w * 2.88539);
  let whole = f32(n) + main;
  let l1 = addax_high(whole + rest);
  let l2 = ((f32(n) - l1) + main) + rest;
  let b1 = addax_high(b);
  let p1 = b1 * l1;
  let p2 = fma(b - b1, l1, b * l2);
  let p = p1 + p2;
  let k = round(clamp(p, -200.0, 200.0));
  let near = addax_exp_near(((p1 - k) + p2) * 0.6931472);
  let y = bitcast<f32>(bitcast<u32>(near) + (bitcast<u32>(i32(k)) << 23u));
  let large = addax_patch(y, 0x7f800000u, p >= 128.0);
  return addax_pow_edges(select(large, 0.0, p < -126.0), a, b);
}
fn addax_pow_edges(y: f32, a: f32, b: f32) -> f32 {
  let size = abs(a);
  let bits = bitcast<u32>(size);
  let to = bitcast<u32>(abs(b));
  // Zero, infinity and infinite powers.
  let grows = (size > 1.0) == (b > 0.0);
  let ends = ((bits - 0x800000u) >= 0x7f000000u) | (to == 0x7f800000u);
  var result = addax_patch(y, select(0u, 0x7f800000u, grows), ends);
  let is_whole = floor(b) == b;
  let half = b * 0.5;
  let is_odd = is_whole & (floor(half) != half);
  let is_negative = bitcast<i32>(a) < 0;
  result = select(result, -result, is_negative & is_odd);
  let is_root = is_negative & !is_whole & (bits < 0x7f800000u) & (bits >= 0x800000u);
  result = addax_patch(result, 0x7fc00000u, is_root & (to < 0x7f800000u));
  result = select(result, a * a, b == 2.0);
  result = addax_patch(result, 0x7fc00000u, addax_is_nan(a) | addax_is_nan(b));
  let is_one = (a == 1.0) | (b == 0.0) | ((size == 1.0) & (to == 0x7f800000u));
  return select(result, 1.0, is_one);
}
`;
