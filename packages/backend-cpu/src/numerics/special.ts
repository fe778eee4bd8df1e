/**
 * Special functions in float64, good to a few units in the last place. erf follows the rational
 * approximations of fdlibm's s_erf.c (Sun Microsystems, freely usable); erfInv starts from Giles'
 * approximation ("Approximating the erfinv function", 2010) and polishes it with Halley steps.
 */

/** c[0] + c[1] x + c[2] x² + … */
function polynomial(x: number, c: readonly number[]): number {
  let sum = 0;
  for (let i = c.length - 1; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}

// prettier-ignore
const SMALL_TOP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851,
  -0.005770270296489442, -2.3763016656650163e-5,
];
// prettier-ignore
const SMALL_BOTTOM = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766,
  0.00013249473800432164, -3.960228278775368e-6,
];
// prettier-ignore
const MIDDLE_TOP = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013,
  0.31834661990116175, -0.11089469428239668, 0.035478304325618236,
  -0.002166375594868791,
];
// prettier-ignore
const MIDDLE_BOTTOM = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627,
  0.12617121980876164, 0.01363708391202905, 0.011984499846799107,
];
// prettier-ignore
const LARGE_TOP = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291,
  -62.375332450326006, -162.39666946257347, -184.60509290671104,
  -81.2874355063066, -9.814329344169145,
];
// prettier-ignore
const LARGE_BOTTOM = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923,
  645.3872717332679, 429.00814002756783, 108.63500554177944,
  6.570249770319282, -0.0604244152148581,
];
// prettier-ignore
const TAIL_TOP = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752,
  -160.63638485582192, -637.5664433683896, -1025.0951316110772,
  -483.5191916086514,
];
// prettier-ignore
const TAIL_BOTTOM = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437,
  3199.8582195085955, 2553.0504064331644, 474.52854120695537,
  -22.44095244658582,
];
/** erf(1) rounded to 24 bits. */
const ERF_ONE = 0.8450629115104675;

/** erf of |x| < 1.25. */
function centralErf(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) {
    const z = x * x;
    return x + x * (polynomial(z, SMALL_TOP) / polynomial(z, SMALL_BOTTOM));
  }
  const s = size - 1;
  const value = ERF_ONE + polynomial(s, MIDDLE_TOP) / polynomial(s, MIDDLE_BOTTOM);
  return x < 0 ? -value : value;
}

/** 1 − erf(x) for x ≥ 1.25, to full relative accuracy. */
function tail(x: number): number {
  const s = 1 / (x * x);
  const ratio =
    x < 1 / 0.35
      ? polynomial(s, LARGE_TOP) / polynomial(s, LARGE_BOTTOM)
      : polynomial(s, TAIL_TOP) / polynomial(s, TAIL_BOTTOM);
  const z = Math.fround(x); // z² is exact
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + ratio)) / x;
}

/** The error function. */
export function erf(x: number): number {
  if (x !== x) return x;
  const size = Math.abs(x);
  if (size < 1.25) return centralErf(x);
  const value = size > 6 ? 1 : 1 - tail(size);
  return x < 0 ? -value : value;
}

function erfc(x: number): number {
  return x < 1.25 ? 1 - centralErf(x) : tail(x);
}

// prettier-ignore
const GILES_CENTRE = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6,
  -3.5233877e-6, 3.43273939e-7, 2.81022636e-8,
];
// prettier-ignore
const GILES_TAIL = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844,
  0.00134934322, 0.000100950558, -0.000200214257,
];

/** The inverse of {@link erf}; ±∞ at ±1, NaN outside. */
export function erfInv(y: number): number {
  const size = Math.abs(y);
  if (!(size < 1)) return size === 1 ? y * Infinity : NaN;
  if (size === 0) return y;
  const w = -Math.log((1 - size) * (1 + size));
  let x =
    size * (w < 5 ? polynomial(w - 2.5, GILES_CENTRE) : polynomial(Math.sqrt(w) - 3, GILES_TAIL));
  for (let step = 0; step < 3; step++) {
    // Near 1 the complement keeps the digits that 1 − erf would lose.
    const error = size > 0.5 ? 1 - size - erfc(x) : erf(x) - size;
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    const newton = error / slope;
    x -= newton / (1 + x * newton);
  }
  return y < 0 ? -x : x;
}

// prettier-ignore
const LANCZOS = [
  0.9999999999999971, 57.15623566586292, -59.59796035547549, 14.136097974741746,
  -0.4919138160976202, 3.399464998481189e-5, 4.652362892704858e-5,
  -9.837447530487956e-5, 0.0001580887032249125, -0.00021026444172410488,
  0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5,
  -2.6190838401581408e-5, 3.6899182659531625e-6,
];

/** log |Γ(x)|. */
export function lgamma(x: number): number {
  if (x !== x) return x;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) {
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x % 2)))) - lgamma(1 - x);
  }
  const z = x - 1;
  let sum = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (z + i);
  const t = z + 607 / 128 + 0.5;
  return (z + 0.5) * Math.log(t) - t + Math.log(Math.sqrt(2 * Math.PI) * sum);
}

/** Asymptotic coefficients B(2k) / 2k. */
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

/** The derivative of {@link lgamma}. */
export function digamma(x: number): number {
  if (x !== x || x === -Infinity || (x <= 0 && Number.isInteger(x))) return NaN;
  if (x === Infinity) return x;
  if (x < 0) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x % 1));
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += 1 / z;
  const r = 1 / (z * z);
  return Math.log(z) - 0.5 / z - r * polynomial(r, DIGAMMA) - shift;
}

/** IEEE power: unlike `**`, 1 to any power is 1, and so is −1 to an infinite one. */
export function power(a: number, b: number): number {
  if (b === 2) return a * a;
  if (a === 1 || (a === -1 && (b === Infinity || b === -Infinity))) return 1;
  return a ** b;
}

/**
 * A float32 where it is positive or NaN, else 0. The sum of x and |x| is exact in float64; only −∞ would
 * cancel to NaN, so it is raised below the lowest float32 first.
 */
export function rectify(x: number): number {
  const finite = Math.max(x, -3.5e38);
  return (finite + Math.abs(finite)) * 0.5;
}
