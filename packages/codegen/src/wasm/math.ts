/**
 * Functions of float32 as vector code. Each works in float64 on two lanes at a time and is rounded
 * once, so that results are within 0.6 units in the last place of float32 (the tests say so) and
 * nearly always those of the JavaScript dialect. What is rare and awkward (huge angles, powers of
 * negative numbers) is left to a function of the host, lane by lane: a result depends on its
 * operand alone, never on its neighbours.
 */
import type { FunctionBuilder } from './assembler.ts';

/** What the code needs from the kernel around it. */
export interface MathHost {
  readonly f: FunctionBuilder;
  /** A local that holds a float64 in both lanes. */
  constant(value: number): number;
  /** A local that holds 64 bits in both lanes. */
  bits(value: bigint): number;
  /** A vector local for use within one function. */
  temporary(name: string): number;
}

/** One-argument functions with vector code. */
export type VectorFn = 'exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'tanh' | 'erf';

const VECTOR_FNS: ReadonlySet<string> = new Set<VectorFn>([
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tanh',
  'erf',
]);

/** Whether a function has vector code. */
export function hasVectorCode(fn: string): fn is VectorFn {
  return VECTOR_FNS.has(fn);
}

/** 1.5 · 2⁵²: adding it rounds to an integer, whose low bits are then the lowest of the sum. */
const MAGIC = 6755399441055744;
/** Angles beyond are reduced by the host. */
const MAX_ANGLE = 1e6;

/** 1/0!, 1/1!, … */
function factorials(count: number): number[] {
  const values = [1];
  for (let i = 1; i < count; i++) values.push(values[i - 1] / i);
  return values;
}

const EXP = factorials(10);
/** 1, 1/3, 1/5, … */
const LOG = Array.from({ length: 7 }, (_, i) => 1 / (2 * i + 1));
const SIN = [0, 1, 2, 3, 4, 5].map((k) => (k % 2 === 0 ? 1 : -1) * factorials(12)[2 * k + 1]);
const COS = [0, 1, 2, 3, 4, 5, 6].map((k) => (k % 2 === 0 ? 1 : -1) * factorials(13)[2 * k]);
/** erf(x) / x in x² on [0, 16], relative error below 1e-11; a least-squares fit. */
// prettier-ignore
const ERF_TOP = [
  1.128379167086159, 0.2003406134428529, 0.05811790826916774, 0.004962013593368864,
  0.0005130315602418255, 2.1786117266886764e-5, 7.527706776609051e-7, 3.004817532201357e-9,
];
// prettier-ignore
const ERF_BOTTOM = [
  1, 0.5108805787935079, 0.12179918516684934, 0.017718651676440832, 0.001715177453957091,
  0.00011151175029641623, 4.51890748422421e-6, 7.329895828018767e-8,
];
/** π/2 in parts of 33 bits, so that products with counts up to 2²⁰ are exact. */
const HALF_PI = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21];

/** Writes vector code of functions; operands and results of float64 pairs are on the stack. */
export class VectorMath {
  private readonly host: MathHost;
  private readonly f: FunctionBuilder;

  constructor(host: MathHost) {
    this.host = host;
    this.f = host.f;
  }

  /** A function of float32 lanes on the stack; with `lanes` 1 only the first lane counts. */
  unary(fn: VectorFn, lanes: 1 | 4): void {
    const { f, host } = this;
    const x = host.temporary('operand');
    f.set(x);
    this.halves([x], lanes, () => this[fn]());
    if (fn !== 'sin' && fn !== 'cos') return;
    const result = host.temporary('result');
    const inside = host.temporary('inside');
    f.set(result).get(x).op('f32x4.abs').f32(MAX_ANGLE).op('f32x4.splat', 'f32x4.lt').set(inside);
    this.repair(fn, [x], inside, result, lanes);
    f.get(result);
  }

  /** Powers of float32 lanes; both operands are on the stack. */
  power(lanes: 1 | 4): void {
    const { f, host } = this;
    const [a, b] = [host.temporary('operand'), host.temporary('exponent')];
    const [result, simple] = [host.temporary('result'), host.temporary('inside')];
    const splat = (value: number): void => void f.f32(value).op('f32x4.splat');
    f.set(b).set(a);
    this.halves([a, b], lanes, () => {
      const exponent = host.temporary('half exponent');
      f.set(exponent);
      this.logarithm();
      f.get(exponent).op('f64x2.mul');
      this.exp();
    });
    f.set(result);
    // Squares are products, also of negative numbers.
    f.get(a).get(a).op('f32x4.mul').get(result).get(b);
    splat(2);
    f.op('f32x4.eq', 'v128.bitselect').set(result);
    f.get(a);
    splat(0);
    f.op('f32x4.gt').get(a);
    splat(Infinity);
    f.op('f32x4.lt', 'v128.and').get(b).op('f32x4.abs');
    splat(Infinity);
    f.op('f32x4.lt', 'v128.and').get(b);
    splat(2);
    f.op('f32x4.eq', 'v128.or').set(simple);
    this.repair('power', [a, b], simple, result, lanes);
    f.get(result);
  }

  /** Runs float64 code on both halves of float32 operands and joins the rounded results. */
  private halves(operands: readonly number[], lanes: 1 | 4, code: () => void): void {
    const { f } = this;
    for (const operand of operands) f.get(operand).op('f64x2.promote_low_f32x4');
    code();
    f.op('f32x4.demote_f64x2_zero');
    if (lanes === 1) return;
    for (const operand of operands) {
      f.get(operand).get(operand).shuffle(2, 3, 2, 3).op('f64x2.promote_low_f32x4');
    }
    code();
    f.op('f32x4.demote_f64x2_zero').shuffle(0, 1, 4, 5);
  }

  /** Lanes where `inside` is false come from the host. */
  private repair(
    name: string,
    operands: readonly number[],
    inside: number,
    result: number,
    lanes: 1 | 4,
  ): void {
    const { f } = this;
    if (lanes === 4) f.get(inside).op('v128.not', 'v128.any_true').open('if');
    for (let lane = 0; lane < lanes; lane++) {
      f.get(inside).lane('i32x4.extract_lane', lane).op('i32.eqz').open('if').get(result);
      for (const x of operands) f.get(x).lane('f32x4.extract_lane', lane).op('f64.promote_f32');
      f.call(name).op('f32.demote_f64').lane('f32x4.replace_lane', lane).set(result).end();
    }
    if (lanes === 4) f.end();
  }

  private constant(value: number): FunctionBuilder {
    return this.f.get(this.host.constant(value));
  }

  private bits(value: bigint): FunctionBuilder {
    return this.f.get(this.host.bits(value));
  }

  /** c[0] + c[1] x + c[2] x² + … */
  private polynomial(x: number, c: readonly number[]): void {
    this.constant(c[c.length - 1]);
    for (let i = c.length - 2; i >= 0; i--) {
      this.f.get(x).op('f64x2.mul');
      this.constant(c[i]).op('f64x2.add');
    }
  }

  private clamp(low: number, high: number): void {
    // Of these two, the first operand wins against NaN.
    this.constant(high).op('f64x2.pmin');
    this.constant(low).op('f64x2.pmax');
  }

  /** Splits the clamped exponent on the stack: r, and t whose low bits are the power of two. */
  private reduceExponent(): { r: number; t: number } {
    const { f, host } = this;
    const [x, t, r] = ['clamped', 'count', 'rest'].map((name) => host.temporary(name));
    f.set(x).get(x).get(x);
    this.constant(Math.LOG2E).op('f64x2.mul');
    this.constant(MAGIC).op('f64x2.add').tee(t);
    this.constant(MAGIC).op('f64x2.sub');
    this.constant(Math.LN2).op('f64x2.mul', 'f64x2.sub').set(r);
    return { r, t };
  }

  private exp(): void {
    const { f } = this;
    this.clamp(-110, 90);
    const { r, t } = this.reduceExponent();
    this.polynomial(r, EXP);
    f.get(t).i32(52).op('i64x2.shl', 'i64x2.add');
  }

  private expm1(): void {
    const { f, host } = this;
    const [x, scale] = [host.temporary('exponent'), host.temporary('scale')];
    f.tee(x);
    this.clamp(-110, 90);
    const { r, t } = this.reduceExponent();
    f.get(t).i32(52).op('i64x2.shl');
    this.constant(1).op('i64x2.add').set(scale);
    f.get(x);
    this.polynomial(r, EXP.slice(1));
    f.get(r).op('f64x2.mul').get(scale).op('f64x2.mul').get(scale);
    this.constant(1).op('f64x2.sub', 'f64x2.add');
    // Zeros keep their sign.
    f.get(x);
    this.constant(0).op('f64x2.eq', 'v128.bitselect');
  }

  /** Of positive finite numbers; anything for others. */
  private logarithm(): void {
    const { f, host } = this;
    const [x, e, s, z] = ['argument', 'exponent bits', 'ratio', 'square'].map((name) =>
      host.temporary(name),
    );
    // The exponent that leaves a mantissa between √½ and √2.
    f.tee(x);
    this.bits(0x3ff0000000000000n - 0x3fe6a09e667f3bcdn).op('i64x2.add');
    f.i32(52).op('i64x2.shr_u').set(e);
    f.get(x).get(e).i32(52).op('i64x2.shl', 'i64x2.sub');
    this.bits(0x3ff0000000000000n).op('i64x2.add').set(x);
    f.get(x);
    this.constant(1).op('f64x2.sub').get(x);
    this.constant(1).op('f64x2.add', 'f64x2.div').set(s);
    f.get(s).get(s).op('f64x2.mul').set(z);
    f.get(e);
    this.bits(0x4330000000000000n).op('v128.or');
    this.constant(2 ** 52 + 1023).op('f64x2.sub');
    this.constant(Math.LN2).op('f64x2.mul');
    this.polynomial(z, LOG);
    f.get(s).get(s).op('f64x2.add', 'f64x2.mul', 'f64x2.add');
  }

  private log(): void {
    const { f, host } = this;
    const x = host.temporary('whole argument');
    f.tee(x);
    this.logarithm();
    this.logarithmEdges(x, 0);
  }

  private log1p(): void {
    const { f, host } = this;
    const [x, u, result] = ['whole argument', 'one more', 'logarithm'].map((name) =>
      host.temporary(name),
    );
    f.tee(x);
    this.constant(1).op('f64x2.add').tee(u);
    this.logarithm();
    // What 1 + x lost.
    f.get(x).get(u);
    this.constant(1).op('f64x2.sub', 'f64x2.sub').get(u).op('f64x2.div', 'f64x2.add');
    this.logarithmEdges(x, -1);
    f.set(result).get(x).get(result).get(x);
    this.constant(0).op('f64x2.eq', 'v128.bitselect');
  }

  /** Corrects the logarithm on the stack at its pole, below it, at ∞ and NaN. */
  private logarithmEdges(x: number, pole: number): void {
    const { f, host } = this;
    const result = host.temporary('logarithm');
    f.set(result);
    const choose = (value: number, test: 'f64x2.eq' | 'f64x2.lt'): void => {
      this.constant(value).get(result).get(x);
      this.constant(pole).op(test, 'v128.bitselect').set(result);
    };
    choose(-Infinity, 'f64x2.eq');
    choose(NaN, 'f64x2.lt');
    f.get(result).get(x).get(x);
    this.constant(Infinity).op('f64x2.lt', 'v128.bitselect');
  }

  private sin(): void {
    this.trigonometric(false);
  }

  private cos(): void {
    this.trigonometric(true);
  }

  private trigonometric(isCos: boolean): void {
    const { f, host } = this;
    const [x, t, n, z, sine, cosine] = ['angle', 'count', 'turns', 'square', 'sine', 'cosine'].map(
      (name) => host.temporary(name),
    );
    f.tee(x);
    this.constant(2 / Math.PI).op('f64x2.mul');
    this.constant(MAGIC).op('f64x2.add').tee(t);
    this.constant(MAGIC).op('f64x2.sub').set(n);
    for (const part of HALF_PI) {
      f.get(x).get(n);
      this.constant(part).op('f64x2.mul', 'f64x2.sub').set(x);
    }
    f.get(x).get(x).op('f64x2.mul').set(z);
    this.polynomial(z, SIN);
    f.get(x).op('f64x2.mul').set(sine);
    this.polynomial(z, COS);
    f.set(cosine);
    f.get(isCos ? sine : cosine).get(isCos ? cosine : sine);
    this.bits(0n).get(t);
    this.bits(1n).op('v128.and', 'i64x2.sub', 'v128.bitselect').get(t);
    if (isCos) this.bits(1n).op('i64x2.add');
    this.bits(2n).op('v128.and').i32(62).op('i64x2.shl', 'v128.xor');
  }

  private tanh(): void {
    const { f, host } = this;
    const [x, e] = [host.temporary('hyperbolic'), host.temporary('exponential')];
    f.tee(x).get(x).get(x).op('f64x2.add');
    this.clamp(-20, 20);
    this.expm1();
    f.tee(e).get(e);
    this.constant(2).op('f64x2.add', 'f64x2.div').get(x);
    this.constant(0).op('f64x2.eq', 'v128.bitselect');
  }

  private erf(): void {
    const { f, host } = this;
    const [x, t] = [host.temporary('error argument'), host.temporary('square')];
    this.clamp(-4, 4);
    f.set(x).get(x).get(x).op('f64x2.mul').set(t);
    f.get(x);
    this.polynomial(t, ERF_TOP);
    f.op('f64x2.mul');
    this.polynomial(t, ERF_BOTTOM);
    f.op('f64x2.div');
  }
}
