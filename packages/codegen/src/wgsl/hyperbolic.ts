/**
 * Hyperbolic functions in f32 (see prelude.ts): of exponentials and logarithms that keep the digits of
 * small arguments.
 */

/** `addax_tanh` and its kin. */
export const HYPERBOLIC = `
fn addax_tanh(x: f32) -> f32 {
  let q = addax_quarter_expm1(clamp(x + x, -20.0, 20.0));
  return addax_if_plain(q / (q + 0.5), x);
}
fn addax_sinh(x: f32) -> f32 {
  let q = addax_quarter_expm1(min(abs(x), 89.5));
  let y = 2.0 * (q + q / fma(4.0, q, 1.0));
  return addax_if_plain(addax_copy_sign(y, x), x);
}
fn addax_cosh(x: f32) -> f32 {
  let q = addax_quarter_expm1(min(abs(x), 89.5)) + 0.25;
  return addax_keep_nan(2.0 * (q + 0.0625 / q), x);
}
fn addax_asinh(x: f32) -> f32 {
  let size = abs(x);
  let is_large = size > 268435456.0;
  let square = size * size;
  let root = 1.0 + sqrt(1.0 + square);
  let y = addax_log1p(select(size + square / root, size, is_large));
  return addax_copy_sign(select(y, y + 0.6931472, is_large), x);
}
fn addax_acosh(x: f32) -> f32 {
  let is_large = x > 268435456.0;
  let t = x - 1.0;
  let y = addax_log1p(select(t + sqrt(fma(t, t, t + t)), x, is_large));
  return addax_patch(select(y, y + 0.6931472, is_large), 0x7fc00000u, x < 1.0);
}
fn addax_atanh(x: f32) -> f32 {
  let size = abs(x);
  return addax_copy_sign(0.5 * addax_log1p((size + size) / (1.0 - size)), x);
}
`;
