/** Runs composites by their kernels and, as their bodies, on a reference: what tests compare. */
import type { Aval, Backend, DType, HostArray, Node, Tensor } from '@addax/core';
import { floatToHalf, halfToFloat, optimize, traceGraph } from '@addax/core';
import type { Abilities } from '../launch.ts';
import { composite } from '../library/composites.ts';
import type { BenchDevice } from './bench-device.ts';
import { runOn } from './graphs.ts';

/** An operand of a composite. */
export interface CompositeInput extends Aval {
  readonly values: readonly number[];
}

/** A float32 operand. */
export function floats(shape: readonly number[], values: readonly number[]): CompositeInput {
  return { shape, dtype: 'float32', values };
}

/** A float32 operand of numbers that differ, from −1 to 1 times `size`. */
export function numbers(shape: readonly number[], seed: number, size = 1): CompositeInput {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return Math.fround(size * (2 * (x - Math.floor(x)) - 1));
  });
  return floats(shape, values);
}

/** The same, rounded to float16. */
export function halves({ shape, values }: CompositeInput): CompositeInput {
  return { shape, dtype: 'float16', values: values.map((x) => halfToFloat(floatToHalf(x))) };
}

/** What the kernel and the reference make of the one composite that `bind` binds. */
export async function runComposite(
  device: BenchDevice,
  reference: Backend,
  inputs: readonly CompositeInput[],
  bind: (...operands: Tensor[]) => Tensor,
  abilities: Partial<Abilities> = {},
): Promise<{ readonly actual: number[]; readonly expected: number[] }> {
  const avals = inputs.map(({ shape, dtype }): Aval => ({ shape, dtype }));
  const graph = traceGraph(avals, (operands) => [bind(...operands)]);
  const node = graph.nodes[0] as Node<'call'>;
  const operands = inputs.map(({ values, dtype }, i) => ({
    aval: avals[i],
    data: dtype === 'bool' ? Uint32Array.from(values) : Float32Array.from(values),
  }));
  const outputs = node.outputs.map((value) => graph.avals[value]);
  const [words] = await device.run(composite, node, operands, outputs, { abilities });
  const host = inputs.map(({ values, dtype }) => hostArray(values, dtype));
  const [wanted] = await runOn(
    reference,
    optimize(graph, () => false),
    host,
  );
  const isHalf = outputs[0].dtype === 'float16';
  const expected = Array.from(wanted, Number).map((x) => (isHalf ? halfToFloat(x) : x));
  return { actual: Array.from(words, Number), expected };
}

function hostArray(values: readonly number[], dtype: DType): HostArray {
  if (dtype === 'bool') return Uint8Array.from(values);
  return dtype === 'float16' ? Uint16Array.from(values, floatToHalf) : Float32Array.from(values);
}

/** The greatest distance of two lists, relative to 1 and above; infinite where only one is NaN. */
export function distance({
  actual,
  expected,
}: {
  readonly actual: readonly number[];
  readonly expected: readonly number[];
}): number {
  if (actual.length !== expected.length) return Infinity;
  return expected.reduce((worst, wanted, i) => {
    const value = actual[i];
    if (Object.is(value, wanted) || value === wanted) return worst;
    const far = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    return Math.max(worst, Number.isNaN(far) ? Infinity : far);
  }, 0);
}
