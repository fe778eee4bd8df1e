/**
 * Special functions in f32 (see prelude.ts). The error function follows Norbert Juffa's two
 * polynomials, its inverse Giles' ("Approximating the erfinv function", 2010); the logarithm of the
 * gamma function and its derivative are fits with their zeros as factors.
 */

/** `addax_erf`, `addax_erf_inv`, `addax_lgamma`, `addax_digamma`. */
export const SPECIAL = `
fn addax_erf(x: f32) -> f32 {
  let t = abs(x);
  let s = x * x;
  var p = fma(-1.728535e-5, t, 0.00038319713);
  p = fma(p, s, fma(-0.0038839644, t, 0.024254622));
  p = fma(p, t, -0.10677788);
  p = fma(p, t, -0.6348467);
  p = fma(p, t, -0.12871751);
  let far = -4.0 * addax_quarter_expm1(max(fma(p, t, -t), -30.0));
  var q = fma(-0.0005967617, s, 0.0049911942);
  q = fma(q, s, -0.026768135);
  q = fma(q, s, 0.112819925);
  q = fma(q, s, -0.37612534);
  q = fma(q, s, 0.12837917);
  let tail = select(far, 1.0, t > 4.0);
  let y = select(fma(q, x, x), addax_copy_sign(tail, x), t > 0.9277344);
  return addax_keep_nan(y, x);
}
fn addax_erf_inv(x: f32) -> f32 {
  let w = -addax_log((1.0 - x) * (1.0 + x));
  let c = w - 2.5;
  var p = fma(2.8102264e-8, c, 3.4327394e-7);
  p = fma(p, c, -3.5233877e-6);
  p = fma(p, c, -4.3915065e-6);
  p = fma(p, c, 0.00021858087);
  p = fma(p, c, -0.001253725);
  p = fma(p, c, -0.0041776816);
  p = fma(p, c, 0.24664073);
  p = fma(p, c, 1.5014094);
  let t = sqrt(max(w, 5.0)) - 3.0;
  var q = fma(-0.00020021426, t, 0.00010095056);
  q = fma(q, t, 0.0013493432);
  q = fma(q, t, -0.0036734284);
  q = fma(q, t, 0.0057395077);
  q = fma(q, t, -0.0076224613);
  q = fma(q, t, 0.0094388705);
  q = fma(q, t, 1.001674);
  q = fma(q, t, 2.8329768);
  let y = x * select(p, q, w >= 5.0);
  let size = abs(x);
  let end = addax_patch(y, (bitcast<u32>(x) & 0x80000000u) | 0x7f800000u, size == 1.0);
  return addax_keep_nan(addax_patch(end, 0x7fc00000u, size > 1.0), x);
}
fn addax_lgamma_near(x: f32) -> f32 {
  // From 1 to 2.
  let t = x - 1.5;
  var p = fma(t, 0.0023883113, -0.0039721336);
  p = fma(p, t, 0.0053551164);
  p = fma(p, t, -0.009276536);
  p = fma(p, t, 0.016803566);
  p = fma(p, t, -0.03131904);
  p = fma(p, t, 0.06291128);
  p = fma(p, t, -0.14595969);
  p = fma(p, t, 0.48312896);
  return (x - 1.0) * (x - 2.0) * p;
}
fn addax_lgamma_positive(x: f32) -> f32 {
  if (x >= 8.0) {
    let r = 1.0 / x;
    let rest = fma(r, fma(r * r, -0.0027777778, 0.083333336), 0.41893852);
    return fma(x - 0.5, addax_log(x) - 1.0, rest);
  }
  if (x < 1.0) { return addax_lgamma_near(x + 1.0) - addax_log(x); }
  var y = x;
  var product = 1.0;
  while (y >= 2.0) {
    y -= 1.0;
    product *= y;
  }
  return addax_lgamma_near(y) + addax_log(product);
}
fn addax_lgamma(x: f32) -> f32 {
  if (addax_is_nan(x)) { return x; }
  if (!addax_is_finite(x)) { return addax_infinity(); }
  if (x > 0.0) { return addax_lgamma_positive(x); }
  let part = x - round(x);
  if (part == 0.0) { return addax_infinity(); }
  let mirror = abs(addax_sin(part * 3.1415927));
  return addax_log(3.1415927 / mirror) - addax_lgamma_positive(1.0 - x);
}
fn addax_digamma_positive(x: f32) -> f32 {
  if (x >= 8.0) {
    let r = 1.0 / x;
    let z = r * r;
    let q = fma(z, fma(z, 0.003968254, -0.008333334), 0.083333336);
    return addax_log(x) - fma(z, q, 0.5 * r);
  }
  var y = x;
  var sum = 0.0;
  if (y < 1.0) {
    sum = -1.0 / y;
    y += 1.0;
  }
  while (y >= 2.0) {
    y -= 1.0;
    sum += 1.0 / y;
  }
  let t = y - 1.5;
  var p = fma(t, 0.02322766, -0.03496698);
  p = fma(p, t, 0.03970887);
  p = fma(p, t, -0.060342174);
  p = fma(p, t, 0.095063455);
  p = fma(p, t, -0.14851716);
  p = fma(p, t, 0.24054107);
  p = fma(p, t, -0.4236253);
  p = fma(p, t, 0.9510559);
  // What the rounded zero lacks, times the slope there, stands apart.
  return fma(y - 1.4616321, p, sum - 1.2034e-8);
}
fn addax_digamma(x: f32) -> f32 {
  if (addax_is_nan(x)) { return x; }
  if (x > 0.0) { return addax_digamma_positive(x); }
  let part = x - round(x);
  if (part == 0.0 || !addax_is_finite(x)) { return addax_nan(); }
  return addax_digamma_positive(1.0 - x) - 3.1415927 / addax_tan(part * 3.1415927);
}
`;
