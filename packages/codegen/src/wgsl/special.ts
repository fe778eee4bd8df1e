/**
 * Special functions in f32 (see prelude.ts). The error function follows Norbert Juffa's two
 * polynomials, its inverse Giles' ("Approximating the erfinv function", 2010); the logarithm of the
 * gamma function and its derivative are fits with their zeros as factors.
 */

/** Of one or four lanes. */
export const SPECIAL = `
fn addax_erf$(x: F) -> F {
  let t = abs(x);
  let s = x * x;
  var p = fma(F(-1.728535e-5), t, F(0.00038319713));
  p = fma(p, s, fma(F(-0.0038839644), t, F(0.024254622)));
  p = fma(p, t, F(-0.10677788));
  p = fma(p, t, F(-0.6348467));
  p = fma(p, t, F(-0.12871751));
  let far = -4.0 * addax_quarter_expm1$(max(fma(p, t, -t), F(-30.0)));
  var q = fma(F(-0.0005967617), s, F(0.0049911942));
  q = fma(q, s, F(-0.026768135));
  q = fma(q, s, F(0.112819925));
  q = fma(q, s, F(-0.37612534));
  q = fma(q, s, F(0.12837917));
  let tail = select(far, F(1.0), t > F(4.0));
  let y = select(fma(q, x, x), addax_copy_sign$(tail, x), t > F(0.9277344));
  return select(y, x, addax_is_nan$(x));
}
fn addax_erf_inv$(x: F) -> F {
  let w = -addax_log$((1.0 - x) * (1.0 + x));
  let c = w - 2.5;
  var p = fma(F(2.8102264e-8), c, F(3.4327394e-7));
  p = fma(p, c, F(-3.5233877e-6));
  p = fma(p, c, F(-4.3915065e-6));
  p = fma(p, c, F(0.00021858087));
  p = fma(p, c, F(-0.001253725));
  p = fma(p, c, F(-0.0041776816));
  p = fma(p, c, F(0.24664073));
  p = fma(p, c, F(1.5014094));
  let t = sqrt(max(w, F(5.0))) - 3.0;
  var q = fma(F(-0.00020021426), t, F(0.00010095056));
  q = fma(q, t, F(0.0013493432));
  q = fma(q, t, F(-0.0036734284));
  q = fma(q, t, F(0.0057395077));
  q = fma(q, t, F(-0.0076224613));
  q = fma(q, t, F(0.0094388705));
  q = fma(q, t, F(1.001674));
  q = fma(q, t, F(2.8329768));
  let y = x * select(p, q, w >= F(5.0));
  let size = abs(x);
  let end = addax_copy_sign$(addax_infinity$(), x);
  let edge = select(select(y, end, size == F(1.0)), addax_nan$(), size > F(1.0));
  return select(edge, x, addax_is_nan$(x));
}
`;

/** Of one value. */
export const SPECIAL_ONE_BY_ONE = `
fn addax_lgamma_near$(x: F) -> F {
  // From 1 to 2.
  let t = x - 1.5;
  var p = fma(t, F(0.0023883113), F(-0.0039721336));
  p = fma(p, t, F(0.0053551164));
  p = fma(p, t, F(-0.009276536));
  p = fma(p, t, F(0.016803566));
  p = fma(p, t, F(-0.03131904));
  p = fma(p, t, F(0.06291128));
  p = fma(p, t, F(-0.14595969));
  p = fma(p, t, F(0.48312896));
  return (x - 1.0) * (x - 2.0) * p;
}
fn addax_lgamma_positive$(x: F) -> F {
  if (x >= 8.0) {
    let r = 1.0 / x;
    let rest = fma(r, fma(r * r, F(-0.0027777778), F(0.083333336)), F(0.41893852));
    return fma(x - 0.5, addax_log$(x) - 1.0, rest);
  }
  if (x < 1.0) { return addax_lgamma_near$(x + 1.0) - addax_log$(x); }
  var y = x;
  var product = F(1.0);
  while (y >= 2.0) {
    y -= 1.0;
    product *= y;
  }
  return addax_lgamma_near$(y) + addax_log$(product);
}
fn addax_lgamma$(x: F) -> F {
  if (addax_is_nan$(x)) { return x; }
  if (!addax_is_finite$(x)) { return addax_infinity$(); }
  if (x > 0.0) { return addax_lgamma_positive$(x); }
  let part = x - round(x);
  if (part == 0.0) { return addax_infinity$(); }
  let mirror = abs(addax_sin$(part * 3.1415927));
  return addax_log$(3.1415927 / mirror) - addax_lgamma_positive$(1.0 - x);
}
fn addax_digamma_positive$(x: F) -> F {
  if (x >= 8.0) {
    let r = 1.0 / x;
    let z = r * r;
    let q = fma(z, fma(z, F(0.003968254), F(-0.008333334)), F(0.083333336));
    return addax_log$(x) - fma(z, q, 0.5 * r);
  }
  var y = x;
  var sum = F(0.0);
  if (y < 1.0) {
    sum = -1.0 / y;
    y += 1.0;
  }
  while (y >= 2.0) {
    y -= 1.0;
    sum += 1.0 / y;
  }
  let t = y - 1.5;
  var p = fma(t, F(0.02322766), F(-0.03496698));
  p = fma(p, t, F(0.03970887));
  p = fma(p, t, F(-0.060342174));
  p = fma(p, t, F(0.095063455));
  p = fma(p, t, F(-0.14851716));
  p = fma(p, t, F(0.24054107));
  p = fma(p, t, F(-0.4236253));
  p = fma(p, t, F(0.9510559));
  // What the rounded zero lacks, times the slope there, stands apart.
  return fma(y - 1.4616321, p, sum - 1.2034e-8);
}
fn addax_digamma$(x: F) -> F {
  if (addax_is_nan$(x)) { return x; }
  if (x > 0.0) { return addax_digamma_positive$(x); }
  let part = x - round(x);
  if (part == 0.0 || !addax_is_finite$(x)) { return addax_nan$(); }
  return addax_digamma_positive$(1.0 - x) - 3.1415927 / addax_tan$(part * 3.1415927);
}
`;
