/**
 * Exponentials and logarithms in f32 (see prelude.ts). Drivers' own lose digits or NaN, so these are
 * polynomials; their coefficients are Chebyshev fits. `fma` may be fused or not: what must be exact
 * is exact either way, because constants and counts have few enough bits.
 */

/** Of one or four lanes. */
export const EXPONENTIAL = `
fn addax_exp_rest$(x: F, n: I) -> F {
  // Two products with one count would be joined by compilers, so the counts are two to them.
  return fma(F(n), F(-1.4286068e-6), fma(round(x * 1.442695), F(-0.693145752), x));
}
fn addax_exp_tail$(r: F) -> F {
  // (e^r - 1 - r) / r^2
  let p = fma(r, F(0.0013926177), F(0.008363173));
  return fma(r, fma(r, fma(r, p, F(0.041666556)), F(0.16666578)), F(0.5));
}
fn addax_exp_near$(r: F) -> F {
  return fma(r * r, addax_exp_tail$(r), r) + 1.0;
}
fn addax_exp$(x: F) -> F {
  let n = I(round(x * 1.442695));
  let p = addax_exp_near$(addax_exp_rest$(x, n));
  // The power of two goes into the exponent: 128 of them with p below 1 are no overflow.
  let y = bitcast<F>(bitcast<U>(p) + (bitcast<U>(n) << U(23u)));
  let bounded = select(select(y, F(0.0), x < F(-87.33654)), addax_infinity$(), x > F(88.72283));
  return select(bounded, x, addax_is_nan$(x));
}
fn addax_quarter_expm1$(x: F) -> F {
  // (e^x - 1) / 4 for x from -30 to 89.5.
  let n = I(round(x * 1.442695));
  let r = addax_exp_rest$(x, n);
  let e = fma(r * r, addax_exp_tail$(r), r);
  let s = bitcast<F>(bitcast<U>(n + I(125)) << U(23u));
  return fma(s, e, s - 0.25);
}
fn addax_is_plain$(x: F) -> B {
  // Neither NaN nor so small that odd functions give x itself.
  return ((bitcast<U>(x) & U(0x7fffffffu)) - U(0x33000000u)) < U(0x4c800001u);
}
fn addax_expm1$(x: F) -> F {
  return select(x, 4.0 * addax_quarter_expm1$(clamp(x, F(-30.0), F(89.5))), addax_is_plain$(x));
}
fn addax_log_tail$(f: F) -> F {
  // (log(1 + f) - f + f^2 / 2) / f^3
  var p = fma(f, F(0.06971612), F(-0.11479734));
  p = fma(f, fma(f, fma(f, p, F(0.1168542)), F(-0.12425687)), F(0.14249058));
  p = fma(f, fma(f, fma(f, p, F(-0.16667803)), F(0.20000716)), F(-0.24999997));
  return fma(f, p, F(0.3333333));
}
fn addax_log_sum$(n: F, f: F) -> F {
  // n log 2 + log(1 + f)
  let square = f * f;
  let tail = fma(n, F(1.4286068e-6), fma(f * square, addax_log_tail$(f), -0.5 * square));
  return fma(n, F(0.693145752), tail + f);
}
fn addax_log_count$(x: F) -> I {
  // The power of two that leaves a number between the roots of 1/2 and 2.
  return (bitcast<I>(x) - I(0x3f3504f3)) >> U(23u);
}
fn addax_log$(x: F) -> F {
  let n = addax_log_count$(x);
  let m = bitcast<F>(bitcast<I>(x) - (n << U(23u)));
  return addax_log_edges$(addax_log_sum$(F(n), m - 1.0), x, x);
}
fn addax_log_edges$(y: F, x: F, whole: F) -> F {
  // whole is not a positive normal number: it is zero, infinite, NaN or negative.
  let bits = bitcast<U>(whole);
  let is_zero = (bits & U(0x7fffffffu)) < U(0x800000u);
  let edge = select(addax_nan$(), -addax_infinity$(), is_zero);
  let kept = (bits == U(0x7f800000u)) | addax_is_nan$(x);
  return select(select(edge, x, kept), y, (bits - U(0x800000u)) < U(0x7f000000u));
}
fn addax_log1p$(x: F) -> F {
  let whole = 1.0 + x;
  let is_near = abs(x - 0.0625) < F(0.3125);
  let n = select(addax_log_count$(whole), I(0), is_near);
  let m = bitcast<F>(bitcast<I>(whole) - (n << U(23u)));
  let scale = bitcast<F>((I(127) - min(n, I(30))) << U(23u));
  // What the sum lost, scaled like the sum.
  let t = x * scale;
  let lost = select(t - (m - scale), scale - (m - t), x > F(1.0));
  let f = select((m - 1.0) + select(lost, F(0.0), n > I(24)), x, is_near);
  let y = addax_log_edges$(addax_log_sum$(F(n), f), x, whole);
  return select(x, y, addax_is_plain$(x));
}
fn addax_high$(x: F) -> F {
  // The first twelve bits: products of two such numbers are exact.
  return bitcast<F>(bitcast<U>(x) & U(0xfffff000u));
}
fn addax_pow$(a: F, b: F) -> F {
  let size = abs(a);
  let n = addax_log_count$(size);
  let m = bitcast<F>(bitcast<I>(size) - (n << U(23u)));
  // s = (m - 1) / (m + 1) in two parts; the logarithm is 2 atanh(s).
  let u = m - 1.0;
  let v = m + 1.0;
  let s = u / v;
  let s1 = addax_high$(s);
  let v1 = addax_high$(v);
  let v2 = m - (v1 - 1.0);
  let s2 = ((u - s1 * v1) - s1 * v2) / v;
  let z = s * s;
  let q = fma(z, fma(z, fma(z, F(0.116664566), F(0.14275366)), F(0.20000061)), F(0.33333334));
  // log2 of the size: n + (s + s^3 q) 2 / log 2, its first twelve bits and the rest.
  let w = fma(s * z, q, s2);
  let main = s1 * 2.884765625;
  let rest = fma(s1, F(0.0006244568), w * 2.88539);
  let whole = F(n) + main;
  let l1 = addax_high$(whole + rest);
  let l2 = ((F(n) - l1) + main) + rest;
  let b1 = addax_high$(b);
  let p1 = b1 * l1;
  let p2 = fma(b - b1, l1, b * l2);
  let p = p1 + p2;
  let k = round(clamp(p, F(-200.0), F(200.0)));
  let near = addax_exp_near$(((p1 - k) + p2) * 0.6931472);
  let y = bitcast<F>(bitcast<U>(near) + (bitcast<U>(I(k)) << U(23u)));
  let large = select(y, addax_infinity$(), p >= F(128.0));
  return addax_pow_edges$(select(large, F(0.0), p < F(-126.0)), a, b);
}
fn addax_pow_edges$(y: F, a: F, b: F) -> F {
  let size = abs(a);
  let bits = bitcast<U>(size);
  let to = bitcast<U>(abs(b));
  // Zero, infinity and infinite powers.
  let grows = (size > F(1.0)) == (b > F(0.0));
  let ends = ((bits - U(0x800000u)) >= U(0x7f000000u)) | (to == U(0x7f800000u));
  var result = select(y, select(F(0.0), addax_infinity$(), grows), ends);
  let is_whole = floor(b) == b;
  let half = b * 0.5;
  let is_odd = is_whole & (floor(half) != half);
  let is_negative = bitcast<I>(a) < I(0);
  result = select(result, -result, is_negative & is_odd);
  let is_root = is_negative & !is_whole & (bits < U(0x7f800000u)) & (bits >= U(0x800000u));
  result = select(result, addax_nan$(), is_root & (to < U(0x7f800000u)));
  result = select(result, a * a, b == F(2.0));
  result = select(result, addax_nan$(), addax_is_nan$(a) | addax_is_nan$(b));
  let is_one = (a == F(1.0)) | (b == F(0.0)) | ((size == F(1.0)) & (to == U(0x7f800000u)));
  return select(result, F(1.0), is_one);
}
`;
