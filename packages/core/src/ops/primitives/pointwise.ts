/**
 * Primitives that work element by element. Operands have equal shapes and dtypes: the ops layer
 * inserts casts and broadcasts, so no rule un-broadcasts and no backend promotes.
 */
import { byteWidth, isDType, isFloat, isInteger } from '../../dtypes.ts';
import { DTypeError } from '../../errors.ts';
import type { Aval, BinaryFn, UnaryFn } from '../../graph/types.ts';
import { BINARY_GRADIENTS } from './binary-gradients.ts';
import {
  checkCount,
  checkDTypeIs,
  checkSameDType,
  checkSameShape,
  equalLists,
  showAval,
} from './check.ts';
import type { Primitive } from './primitive.ts';
import { UNARY_GRADIENTS } from './unary-gradients.ts';

type Domain = 'number' | 'float' | 'bits' | 'integer';

const UNARY_DOMAINS: Partial<Record<UnaryFn, Domain>> = {
  neg: 'number',
  abs: 'number',
  sign: 'number',
  not: 'bits',
};

const BINARY_DOMAINS: Readonly<Record<BinaryFn, Domain>> = {
  add: 'number',
  sub: 'number',
  mul: 'number',
  div: 'number',
  rem: 'number',
  pow: 'number',
  atan2: 'float',
  min: 'number',
  max: 'number',
  and: 'bits',
  or: 'bits',
  xor: 'bits',
  shl: 'integer',
  shr: 'integer',
};

const DOMAIN_TEXT: Readonly<Record<Domain, string>> = {
  number: 'floats and integers',
  float: 'floats',
  bits: 'integers and bool',
  integer: 'integers',
};

function within({ dtype }: Aval, domain: Domain): boolean {
  switch (domain) {
    case 'number':
      return dtype !== 'bool';
    case 'float':
      return isFloat(dtype);
    case 'bits':
      return !isFloat(dtype);
    case 'integer':
      return isInteger(dtype);
  }
}

function checkDomain(op: string, fn: string, aval: Aval, domain: Domain): void {
  if (!within(aval, domain)) {
    throw new DTypeError(
      `${op} ${fn} takes ${DOMAIN_TEXT[domain]} but was given ${showAval(aval)}; cast it first`,
    );
  }
}

export const unary: Primitive<'unary'> = {
  doc: 'A one-argument function of each element.',
  gradient: 'the derivative of the function; 0 for sign, floor, ceil and round',
  shape(inputs, { fn }) {
    checkCount('unary', inputs, 1);
    const x = inputs[0]!;
    if (!Object.hasOwn(UNARY_GRADIENTS, fn)) throw new DTypeError(`unknown unary function ${fn}`);
    checkDomain('unary', fn, x, UNARY_DOMAINS[fn] ?? 'float');
    return fn === 'isNan' || fn === 'isFinite' ? [{ shape: x.shape, dtype: 'bool' }] : [x];
  },
  vjp({ attrs, inputs, outputs, cotangents, ops }) {
    return [UNARY_GRADIENTS[attrs.fn](ops, inputs[0]!, outputs[0]!, cotangents[0]!)];
  },
};

export const binary: Primitive<'binary'> = {
  doc: 'A two-argument function of each pair of elements.',
  gradient: 'the derivatives of the function; min and max give each of equal operands one half',
  shape(inputs, { fn }) {
    checkCount('binary', inputs, 2);
    const a = inputs[0]!;
    const b = inputs[1]!;
    if (a !== b) {
      if (!equalLists(a.shape, b.shape)) checkSameShape(`binary ${fn}`, a, b);
      if (a.dtype !== b.dtype) checkSameDType(`binary ${fn}`, a, b);
    }
    const domain = BINARY_DOMAINS[fn];
    if (domain === undefined) throw new DTypeError(`unknown binary function ${String(fn)}`);
    checkDomain('binary', fn, a, domain);
    return [a];
  },
  vjp({ attrs, inputs, outputs, cotangents, needs, ops }) {
    const gradient = BINARY_GRADIENTS[attrs.fn];
    if (gradient === undefined) return [undefined, undefined];
    const [a, b] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
    const context = { ops, a, b, y: outputs[0]!, ct: cotangents[0]! };
    return [
      needs[0] ? gradient[0](context) : undefined,
      needs[1] ? gradient[1](context) : undefined,
    ];
  },
};

export const compare: Primitive<'compare'> = {
  doc: 'A comparison of each pair of elements; the result is bool.',
  gradient: 'none (bool)',
  shape(inputs, { fn }) {
    checkCount('compare', inputs, 2);
    const a = inputs[0]!;
    const b = inputs[1]!;
    if (!equalLists(a.shape, b.shape)) checkSameShape(`compare ${fn}`, a, b);
    if (a.dtype !== b.dtype) checkSameDType(`compare ${fn}`, a, b);
    return [{ shape: a.shape, dtype: 'bool' }];
  },
};

export const select: Primitive<'select'> = {
  doc: 'The second operand where the first is true, else the third.',
  gradient: 'the cotangent goes to the operand that was chosen',
  shape(inputs) {
    checkCount('select', inputs, 3);
    const [condition, a, b] = inputs as [Aval, Aval, Aval];
    checkDTypeIs('select', 'the condition', condition, 'bool');
    checkSameShape('select (condition and first value)', condition, a);
    checkSameShape('select (values)', a, b);
    checkSameDType('select', a, b);
    return [a];
  },
  vjp({ inputs, cotangents, needs, ops }) {
    const ct = cotangents[0]!;
    const condition = inputs[0]!;
    const zero = ops.fullLike(ct, 0);
    return [
      undefined,
      needs[1] ? ops.select(condition, ct, zero) : undefined,
      needs[2] ? ops.select(condition, zero, ct) : undefined,
    ];
  },
};

export const cast: Primitive<'cast'> = {
  doc:
    'Another dtype. Float to integer truncates, saturates and turns NaN into 0; integer to integer ' +
    'wraps; to bool is “not zero”.',
  gradient: 'cast back, between floats',
  shape(inputs, { dtype }) {
    checkCount('cast', inputs, 1);
    if (!isDType(dtype)) throw new DTypeError(`cast: unknown dtype ${String(dtype)}`);
    return [{ shape: inputs[0]!.shape, dtype }];
  },
  vjp({ inputs, cotangents, ops }) {
    return [ops.cast(cotangents[0]!, inputs[0]!.dtype)];
  },
};

export const bitcast: Primitive<'bitcast'> = {
  doc: 'The same bits read as a dtype of equal width.',
  gradient: 'none',
  shape(inputs, { dtype }) {
    checkCount('bitcast', inputs, 1);
    const x = inputs[0]!;
    if (!isDType(dtype)) throw new DTypeError(`bitcast: unknown dtype ${String(dtype)}`);
    const toBool = (dtype === 'bool') !== (x.dtype === 'bool');
    if (toBool || byteWidth(dtype) !== byteWidth(x.dtype)) {
      throw new DTypeError(
        `bitcast: ${x.dtype} cannot be read as ${dtype}; the widths must be equal, bool is excluded`,
      );
    }
    return [{ shape: x.shape, dtype }];
  },
};

export const stopGradient: Primitive<'stopGradient'> = {
  doc: 'The operand itself, cut off from differentiation.',
  gradient: 'none (by meaning)',
  shape(inputs) {
    checkCount('stopGradient', inputs, 1);
    return [inputs[0]!];
  },
};
