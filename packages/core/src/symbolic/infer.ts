/**
 * Shapes of functional nodes by abstract evaluation: the call is traced at two sizes per unknown axis,
 * and axes whose size differs are unknown in the result. Nothing it does to variables or random state
 * survives, and the function sees concrete shapes only.
 */
import { withoutRecording } from '../trace/record.ts';
import { atSource } from '../trace/source.ts';
import { inTrace, Trace } from '../trace/trace.ts';
import { Tensor } from '../tensor/tensor.ts';
import { mapTree } from '../tree.ts';
import { SymbolicTensor } from './symbolic-tensor.ts';

/** Sizes tried for an unknown axis and for an unknown batch axis, in two runs. */
interface Probe {
  readonly axis: number;
  readonly batch: number;
}

/** Strided, pooled and patched models pass the first pair; the second serves odd divisibility. */
const PROBES: readonly (readonly [Probe, Probe])[] = [
  [
    { axis: 192, batch: 6 },
    { axis: 320, batch: 10 },
  ],
  [
    { axis: 83, batch: 6 },
    { axis: 89, batch: 10 },
  ],
];

/**
 * The result of `fn` on symbolic inputs, as a tree of symbolic tensors.
 *
 * @param inputs Tree with symbolic tensors among its leaves.
 * @param fn Synchronous function of the same tree with tensors in their place.
 */
export function infer(
  inputs: unknown,
  fn: (inputs: unknown) => unknown,
  name: (index: number) => string | undefined = () => undefined,
): unknown {
  let firstError: unknown;
  for (const [small, large] of unknownAxes(inputs) ? PROBES : PROBES.slice(0, 1)) {
    try {
      const first = evaluate(inputs, fn, small);
      const second = unknownAxes(inputs) ? evaluate(inputs, fn, large) : first;
      return merge(first, second, name);
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
}

function unknownAxes(tree: unknown): boolean {
  let found = false;
  mapTree(tree, (leaf) => {
    if (leaf instanceof SymbolicTensor && leaf.shape.includes(null)) found = true;
  });
  return found;
}

function evaluate(inputs: unknown, fn: (inputs: unknown) => unknown, probe: Probe): unknown {
  const trace = new Trace('jit', undefined);
  const seen = new Map<SymbolicTensor, Tensor>();
  const replaced = mapTree(inputs, (leaf) => {
    if (!(leaf instanceof SymbolicTensor)) return leaf;
    let tensor = seen.get(leaf);
    if (tensor === undefined) {
      const shape = leaf.shape.map((size, i) => size ?? (i === 0 ? probe.batch : probe.axis));
      seen.set(leaf, (tensor = trace.input({ shape, dtype: leaf.dtype })));
    }
    return tensor;
  });
  return withoutRecording(() => atSource(undefined, () => inTrace(trace, () => fn(replaced))));
}

function merge(
  first: unknown,
  second: unknown,
  name: (index: number) => string | undefined,
): unknown {
  const others: unknown[] = [];
  mapTree(second, (leaf) => others.push(leaf));
  let index = 0;
  let outputs = 0;
  return mapTree(first, (leaf) => {
    const other = others[index++];
    if (!(leaf instanceof Tensor) || !(other instanceof Tensor)) return leaf;
    const shape = leaf.shape.map((size, i) => (size === other.shape[i] ? size : null));
    return new SymbolicTensor(shape, leaf.dtype, name(outputs++));
  });
}
