/** Gives tensors, variables and symbolic tensors their methods, in terms of the Keras-named ops. */
import { methodTable } from '../tensor/methods.ts';
import * as ops from './index.ts';

methodTable.current = {
  binary: (name, a, b) => ops[name](a, b),
  unary: (name, a) => ops[name](a),
  reduce: (name, a, options) => ops[name](a, options),
  reshape: (a, shape) => ops.reshape(a, shape),
  transpose: (a, axes) => ops.transpose(a, axes === undefined ? {} : { axes }),
  slice: (a, start, sizes) => ops.slice(a, start, sizes),
  cast: (a, dtype) => ops.cast(a, dtype),
};
