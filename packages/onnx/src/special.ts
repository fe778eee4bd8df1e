/**
 * Functions that ONNX or the runtime lacks, from nodes it has. In float64 they are good to about
 * 1e-14, which is more than single precision needs: the special functions of float32 go that way.
 */
import { isNan } from './numbers.ts';
import type { Name, Scope } from './scope.ts';

/** Writes formulas over one float type. */
export class Formula {
  readonly scope: Scope;
  readonly carrier: 'float32' | 'float64';

  constructor(scope: Scope, carrier: 'float32' | 'float64') {
    this.scope = scope;
    this.carrier = carrier;
  }

  number(value: number): Name {
    return this.scope.scalar(value, this.carrier);
  }

  #operand(value: Name | number): Name {
    return typeof value === 'number' ? this.number(value) : value;
  }

  add(a: Name | number, b: Name | number): Name {
    return this.scope.node('Add', [this.#operand(a), this.#operand(b)]);
  }

  sub(a: Name | number, b: Name | number): Name {
    return this.scope.node('Sub', [this.#operand(a), this.#operand(b)]);
  }

  mul(a: Name | number, b: Name | number): Name {
    return this.scope.node('Mul', [this.#operand(a), this.#operand(b)]);
  }

  div(a: Name | number, b: Name | number): Name {
    return this.scope.node('Div', [this.#operand(a), this.#operand(b)]);
  }

  max(a: Name | number, b: Name | number): Name {
    return this.scope.node('Max', [this.#operand(a), this.#operand(b)]);
  }

  min(a: Name | number, b: Name | number): Name {
    return this.scope.node('Min', [this.#operand(a), this.#operand(b)]);
  }

  apply(op: string, x: Name): Name {
    return this.scope.node(op, [x]);
  }

  less(a: Name | number, b: Name | number): Name {
    return this.scope.node('Less', [this.#operand(a), this.#operand(b)]);
  }

  equal(a: Name | number, b: Name | number): Name {
    return this.scope.node('Equal', [this.#operand(a), this.#operand(b)]);
  }

  where(condition: Name, a: Name | number, b: Name | number): Name {
    return this.scope.node('Where', [condition, this.#operand(a), this.#operand(b)]);
  }

  /** c[0] + c[1] x + c[2] x² + … */
  polynomial(x: Name, coefficients: readonly number[]): Name {
    let sum = this.number(coefficients.at(-1)!);
    for (let i = coefficients.length - 2; i >= 0; i--) {
      sum = this.add(this.mul(sum, x), coefficients[i]!);
    }
    return sum;
  }
}

/** eˣ − 1 without cancellation, after Kahan. */
export function expm1(f: Formula, x: Name): Name {
  const u = f.apply('Exp', x);
  const low = f.sub(u, 1);
  const ratio = f.div(f.mul(low, x), f.apply('Log', u));
  const inner = f.where(f.equal(low, -1), -1, ratio);
  const result = f.where(f.equal(u, 1), x, inner);
  return f.where(f.equal(u, Infinity), Infinity, result);
}

/** log(1 + x) without cancellation, after Kahan. */
export function log1p(f: Formula, x: Name): Name {
  const u = f.add(x, 1);
  const ratio = f.mul(f.apply('Log', u), f.div(x, f.sub(u, 1)));
  const result = f.where(f.equal(u, 1), x, ratio);
  return f.where(f.equal(u, Infinity), u, result);
}

/** Sign of x, 1 for 0, on a non-negative result. */
function signed(f: Formula, x: Name, magnitude: Name): Name {
  return f.where(f.less(x, 0), f.apply('Neg', magnitude), magnitude);
}

export function sinh(f: Formula, x: Name): Name {
  const half = expm1(f, f.apply('Abs', x));
  // ½ (u + u / (u + 1)) for u = e^|x| − 1
  const infinite = f.equal(half, Infinity);
  const size = f.mul(f.add(half, f.div(half, f.add(half, 1))), 0.5);
  return signed(f, x, f.where(infinite, Infinity, size));
}

export function cosh(f: Formula, x: Name): Name {
  const up = f.apply('Exp', f.apply('Abs', x));
  return f.mul(f.add(up, f.div(1, up)), 0.5);
}

/** The arc tangent in float64: the float32 answer and one correction. */
export function atan64(f: Formula, x: Name): Name {
  const { scope } = f;
  const bounded = scope.node('Clip', [x, f.number(-1e150), f.number(1e150)]);
  const rough = scope.castTo(scope.node('Atan', [scope.castTo(bounded, 'float32')]), 'float64');
  const sine = f.apply('Sin', rough);
  const cosine = f.apply('Cos', rough);
  const top = f.sub(f.mul(bounded, cosine), sine);
  return f.add(rough, f.div(top, f.add(cosine, f.mul(bounded, sine))));
}

export function asin64(f: Formula, x: Name): Name {
  const cosine = f.apply('Sqrt', f.mul(f.sub(1, x), f.add(1, x)));
  return atan64(f, f.div(x, cosine));
}

export function acos64(f: Formula, x: Name): Name {
  const ratio = f.div(f.sub(1, x), f.add(1, x));
  return f.mul(atan64(f, f.apply('Sqrt', ratio)), 2);
}

export function asinh(f: Formula, x: Name): Name {
  const size = f.apply('Abs', x);
  const square = f.mul(size, size);
  const root = f.add(f.apply('Sqrt', f.add(square, 1)), 1);
  const near = log1p(f, f.add(size, f.div(square, root)));
  const far = f.add(f.apply('Log', size), Math.LN2);
  return signed(f, x, f.where(f.less(size, 1e10), near, far));
}

export function acosh(f: Formula, x: Name): Name {
  const low = f.sub(x, 1);
  const near = log1p(f, f.add(low, f.apply('Sqrt', f.mul(low, f.add(x, 1)))));
  const far = f.add(f.apply('Log', x), Math.LN2);
  return f.where(f.less(x, 1e10), near, far);
}

export function atanh(f: Formula, x: Name): Name {
  return f.mul(log1p(f, f.div(f.mul(x, 2), f.sub(1, x))), 0.5);
}

/** The angle of (x, y), by quadrants and with the signs of zeros. */
export function atan2(f: Formula, y: Name, x: Name, atan: (ratio: Name) => Name): Name {
  const { scope } = f;
  const both = (a: Name, b: Name): Name => scope.node('And', [a, b]);
  const negativeZero = (value: Name): Name => both(f.equal(value, 0), f.less(f.div(1, value), 0));
  const isNegative = (value: Name): Name =>
    scope.node('Or', [f.less(value, 0), negativeZero(value)]);
  const size = (value: Name): Name => f.apply('Abs', value);
  const infinite = both(f.equal(size(x), Infinity), f.equal(size(y), Infinity));
  const zero = both(f.equal(x, 0), f.equal(y, 0));
  const ratio = f.div(size(y), size(x));
  const sharp = f.where(infinite, 1, f.where(zero, 0, ratio));
  const angle = atan(sharp);
  const turned = f.where(isNegative(x), f.sub(Math.PI, angle), angle);
  return f.where(isNegative(y), f.apply('Neg', turned), turned);
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
  -160.63638485582192, -637.5664433693896, -1025.0951316110772,
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

/** erf of a size below 1.25, and 1 − erf from there on, after fdlibm; float64. */
function erfParts(f: Formula, size: Name): { readonly central: Name; readonly tail: Name } {
  const square = f.mul(size, size);
  const near = f.add(
    size,
    f.mul(size, f.div(f.polynomial(square, SMALL_TOP), f.polynomial(square, SMALL_BOTTOM))),
  );
  const s = f.sub(size, 1);
  const middle = f.div(f.polynomial(s, MIDDLE_TOP), f.polynomial(s, MIDDLE_BOTTOM));
  const central = f.where(f.less(size, 0.84375), near, f.add(middle, ERF_ONE));
  const bounded = f.scope.node('Clip', [size, f.number(1.25), f.number(28)]);
  const inverse = f.div(1, f.mul(bounded, bounded));
  const ratio = f.where(
    f.less(bounded, 1 / 0.35),
    f.div(f.polynomial(inverse, LARGE_TOP), f.polynomial(inverse, LARGE_BOTTOM)),
    f.div(f.polynomial(inverse, TAIL_TOP), f.polynomial(inverse, TAIL_BOTTOM)),
  );
  const { scope } = f;
  const z = scope.castTo(scope.castTo(bounded, 'float32'), 'float64'); // z² is exact
  const first = f.apply('Exp', f.sub(-0.5625, f.mul(z, z)));
  const rest = f.mul(f.sub(z, bounded), f.add(z, bounded));
  const second = f.apply('Exp', f.add(rest, ratio));
  return { central, tail: f.div(f.mul(first, second), bounded) };
}

export function erf64(f: Formula, x: Name): Name {
  const size = f.apply('Abs', x);
  const { central, tail } = erfParts(f, size);
  const value = f.where(f.less(size, 1.25), central, f.sub(1, tail));
  return f.where(isNan(f.scope, x), NaN, signed(f, x, value));
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

/** The inverse of erf in float64: Giles' approximation and Halley steps. */
export function erfInv64(f: Formula, y: Name): Name {
  const size = f.apply('Abs', y);
  const inside = f.where(f.less(size, 1), size, 0.5);
  const w = f.apply('Neg', f.apply('Log', f.mul(f.sub(1, inside), f.add(1, inside))));
  const centre = f.polynomial(f.sub(w, 2.5), GILES_CENTRE);
  const far = f.polynomial(f.sub(f.apply('Sqrt', w), 3), GILES_TAIL);
  let x = f.mul(inside, f.where(f.less(w, 5), centre, far));
  for (let step = 0; step < 3; step++) {
    const { central, tail } = erfParts(f, x);
    const isCentral = f.less(x, 1.25);
    const upper = f.where(isCentral, f.sub(1, central), tail);
    const lower = f.where(isCentral, central, f.sub(1, tail));
    const error = f.where(
      f.less(0.5, inside),
      f.sub(f.sub(1, inside), upper),
      f.sub(lower, inside),
    );
    const slope = f.mul(f.apply('Exp', f.apply('Neg', f.mul(x, x))), 2 / Math.sqrt(Math.PI));
    const newton = f.div(error, slope);
    x = f.sub(x, f.div(newton, f.add(f.mul(x, newton), 1)));
  }
  const edge = f.where(f.equal(size, 1), Infinity, NaN);
  const result = signed(f, y, f.where(f.less(size, 1), x, edge));
  return f.where(f.equal(y, 0), y, result);
}

// prettier-ignore
const LANCZOS = [
  57.15623566586292, -59.59796035547549, 14.136097974741746,
  -0.4919138160976202, 3.399464998481189e-5, 4.652362892704858e-5,
  -9.837447530487956e-5, 0.0001580887032249125, -0.00021026444172410488,
  0.00021743961811521265, -0.0001643181065367639, 8.441822398385275e-5,
  -2.6190838401581408e-5, 3.6899182659531625e-6,
];
const LANCZOS_FIRST = 0.9999999999999971;

function fraction(f: Formula, x: Name, modulus: number): Name {
  return f.scope.node('Mod', [x, f.number(modulus)], { fmod: 1 });
}

function isPole(f: Formula, x: Name): Name {
  const { scope } = f;
  const whole = f.equal(f.apply('Floor', x), x);
  return scope.node('And', [whole, scope.node('Not', [f.less(0, x)])]);
}

/** log |Γ(x)| in float64. */
export function lgamma64(f: Formula, x: Name): Name {
  const reflected = f.less(x, 0.5);
  const z = f.sub(f.where(reflected, f.sub(1, x), x), 1);
  let sum = f.number(LANCZOS_FIRST);
  LANCZOS.forEach((coefficient, i) => (sum = f.add(sum, f.div(coefficient, f.add(z, i + 1)))));
  const t = f.add(z, 607 / 128 + 0.5);
  const stirling = f.sub(f.mul(f.add(z, 0.5), f.apply('Log', t)), t);
  const log = f.add(stirling, f.apply('Log', f.mul(sum, Math.sqrt(2 * Math.PI))));
  const sine = f.apply('Abs', f.apply('Sin', f.mul(fraction(f, x, 2), Math.PI)));
  const mirror = f.sub(f.apply('Log', f.div(Math.PI, sine)), log);
  const zeros = f.scope.node('Or', [f.equal(x, 1), f.equal(x, 2)]);
  const exact = f.where(zeros, 0, f.where(reflected, mirror, log));
  const infinite = f.equal(f.apply('Abs', x), Infinity);
  return f.where(f.scope.node('Or', [infinite, isPole(f, x)]), Infinity, exact);
}

const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

/** The derivative of lgamma in float64. */
export function digamma64(f: Formula, x: Name): Name {
  const reflected = f.less(x, 0);
  let z = f.where(reflected, f.sub(1, x), x);
  const infinite = f.equal(z, Infinity);
  let shift = f.number(0);
  for (let step = 0; step < 10; step++) {
    const small = f.less(z, 10);
    shift = f.where(small, f.add(shift, f.div(1, z)), shift);
    z = f.where(small, f.add(z, 1), z);
  }
  const r = f.div(1, f.mul(z, z));
  const series = f.mul(r, f.polynomial(r, DIGAMMA));
  const asymptote = f.sub(f.apply('Log', z), f.div(0.5, z));
  const positive = f.sub(f.sub(asymptote, series), shift);
  const turn = f.mul(fraction(f, x, 1), Math.PI);
  const tangent = f.div(f.apply('Sin', turn), f.apply('Cos', turn));
  const mirror = f.sub(positive, f.div(Math.PI, tangent));
  const value = f.where(reflected, mirror, f.where(infinite, Infinity, positive));
  return f.where(isPole(f, x), NaN, value);
}
