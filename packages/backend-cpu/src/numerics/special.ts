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
  1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
];
// prettier-ignore
const SMALL_BOTTOM = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.96022827877536812320e-6,
];
// prettier-ignore
const MIDDLE_TOP = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
  -2.16637559486879084300e-3,
];
// prettier-ignore
const MIDDLE_BOTTOM = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2,
];
// prettier-ignore
const LARGE_TOP = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
  -8.12874355063065934246e1, -9.81432934416914548592,
];
// prettier-ignore
const LARGE_BOTTOM = [
  1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2,
  6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2,
  6.57024977031928170135, -6.04244152148580987438e-2,
];
// prettier-ignore
const TAIL_TOP = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
  -4.83519191608651397019e2,
];
// prettier-ignore
const TAIL_BOTTOM = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3,
  3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2,
  -2.24409524465858183362e1,
];
/** erf(1) rounded to 24 bits. */
const ERF_ONE = 8.45062911510467529297e-1;

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
  0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174,
  -0.49191381609762019978, 0.33994649984811888699e-4, 0.46523628927048575665e-4,
  -0.98374475304879564677e-4, 0.15808870322491248884e-3, -0.21026444172410488319e-3,
  0.2174396181152126432e-3, -0.16431810653676389022e-3, 0.84418223983852743293e-4,
  -0.2619083840158140867e-4, 0.36899182659531622704e-5,
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
