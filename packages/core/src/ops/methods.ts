/**
 * Gives tensors, variables and symbolic tensors their methods, in terms of the Keras-named ops. Each
 * is imported by itself: a bundle holds the methods' ops, not the whole namespace.
 */
import { methodTable } from '../tensor/methods.ts';
import { slice } from './core/slices.ts';
import { cast } from './core/tensors.ts';
import {
  abs,
  add,
  divide,
  mod,
  multiply,
  negative,
  power,
  square,
  subtract,
} from './numpy/arithmetic.ts';
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from './numpy/comparison.ts';
import { exp, log, sqrt } from './numpy/exponential.ts';
import { matmul } from './numpy/products.ts';
import { max, mean, min, sum } from './numpy/reduction.ts';
import { reshape, transpose } from './numpy/shape.ts';

const binary = {
  add,
  subtract,
  multiply,
  divide,
  mod,
  power,
  matmul,
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
};
const unary = { negative, abs, square, sqrt, exp, log };
const reduce = { sum, mean, max, min };

methodTable.current = {
  binary: (name, a, b) => binary[name](a, b),
  unary: (name, a) => unary[name](a),
  reduce: (name, a, options) => reduce[name](a, options),
  reshape: (a, shape) => reshape(a, shape),
  transpose: (a, axes) => transpose(a, axes === undefined ? {} : { axes }),
  slice: (a, start, sizes) => slice(a, start, sizes),
  cast: (a, dtype) => cast(a, dtype),
};
