/** Cases that call a function: ops, activations, loss functions, utilities. */
import * as frontend from '@addax/frontend';
import { GradientTape, leavesOf, ops, POSITIONAL, Tensor } from '@addax/core';
import type { GoldenCase, GoldenGroup, Tolerance } from './case-file.ts';
import { expectNamed, expectValue } from './compare.ts';
import { camelCase, CannotRun, type Leaves, tensorNamed, valueOf } from './spec.ts';
import signatures from './signatures.json' with { type: 'json' };

type AnyFunction = (...args: unknown[]) => unknown;

/** Where the functions of a Keras namespace live here. */
const NAMESPACES: Readonly<Record<string, object>> = {
  ops: frontend.ops,
  'ops.image': frontend.ops,
  'ops.linalg': frontend.ops,
  activations: frontend.activations,
  losses: frontend.losses,
  metrics: frontend.metrics,
  utils: frontend.utils,
};

/** The public function of a Keras name. */
export function functionNamed(namespace: string, op: string): AnyFunction {
  const table = NAMESPACES[namespace] as Readonly<Record<string, unknown>> | undefined;
  const found = table?.[camelCase(op)];
  if (typeof found !== 'function') throw new CannotRun(`unknown: ${namespace}.${op}`);
  return found as AnyFunction;
}

/** Gradient entry of a case. */
export interface Grads {
  readonly coeff: readonly (string | null)[];
  readonly wrt: Readonly<Record<string, string>>;
  readonly tol?: Tolerance;
}

/** Python arguments as the public API takes them: required ones in order, the rest by name. */
export function callArguments(
  qualified: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): unknown[] {
  const parameters = (signatures as Readonly<Record<string, readonly string[]>>)[qualified];
  if (parameters === undefined) throw new CannotRun(`no signature of ${qualified}`);
  const op = qualified.slice(qualified.lastIndexOf('.') + 1);
  const forced = POSITIONAL[camelCase(op)] ?? [];
  const given = new Map<string, unknown>(Object.entries(kwargs));
  const positional: unknown[] = [];
  const rest: unknown[] = [];
  const star = parameters.findIndex((parameter) => parameter.startsWith('*'));
  args.forEach((value, i) => {
    const name = star >= 0 && i >= star ? undefined : parameters[i]?.replace('?', '');
    if (name === undefined) rest.push(value);
    else given.set(name, value);
  });
  let options: Record<string, unknown> | undefined;
  for (const parameter of parameters) {
    const name = parameter.replace('?', '');
    if (name.startsWith('**')) continue;
    if (name.startsWith('*')) positional.push(...rest.splice(0));
    else if (!parameter.endsWith('?') || forced.includes(name)) {
      positional.push(given.get(name));
      given.delete(name);
    }
  }
  while (positional.length > 0 && positional.at(-1) === undefined) positional.pop();
  const required = parameters.filter(
    (parameter) =>
      !parameter.startsWith('*') &&
      (!parameter.endsWith('?') || forced.includes(parameter.replace('?', ''))),
  );
  for (const [name, value] of given) (options ??= {})[camelCase(name)] = value;
  if (options === undefined) return [...positional, ...rest];
  while (positional.length < required.length) positional.push(undefined);
  return [...positional, ...rest, options];
}

/** Runs one case of `ops/*`, `activations` or `utils`. */
export async function runOpCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const namespace = String(golden['namespace'] ?? 'ops');
  const op = String(golden['op']);
  const run = functionNamed(namespace, op);
  const leaves: Leaves = new Map();
  const args = (golden['args'] as unknown[]).map((spec, i) =>
    valueOf(group, spec, leaves, `args.${i}`),
  );
  const kwargs = Object.fromEntries(
    Object.entries((golden['kwargs'] ?? {}) as Record<string, unknown>).map(([name, spec]) => [
      name,
      valueOf(group, spec, leaves, `kwargs.${name}`),
    ]),
  );
  const qualified = `${namespace}.${op}`;
  const grads = golden['grads'] as Grads | undefined;
  const tape = new GradientTape();
  let outputs: unknown;
  if (grads === undefined || isDataDependent(op, args, kwargs)) {
    outputs = await run(...callArguments(qualified, args, kwargs));
    await expectValue(group, golden['outputs'], outputs, golden.tol, golden.check);
    if (golden.check === 'argpartition') await expectPartition(args, kwargs, outputs as Tensor);
    if (grads === undefined) return;
    const known = await withKnownSizes(op, args, kwargs, outputs as Tensor);
    outputs = tape.record(() => run(...callArguments(qualified, known.args, known.kwargs)));
  } else {
    outputs = tape.record(() => run(...callArguments(qualified, args, kwargs)));
  }
  await expectValue(group, golden['outputs'], outputs, golden.tol, golden.check);
  await expectGradients(group, golden, grads, tape, outputs, leaves);
}

/** Along the axis: a permutation with nothing larger before the kth and nothing smaller after. */
async function expectPartition(
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  indices: Tensor,
): Promise<void> {
  const input = args[0] as Tensor;
  const kth = Number(args[1] ?? kwargs['kth']);
  const axis = Number(args[2] ?? kwargs['axis'] ?? -1);
  const taken = ops.takeAlongAxis(input, indices, { axis }) as Tensor;
  const last = ops.moveaxis(taken, axis, -1) as Tensor;
  const order = ops.moveaxis(ops.sort(indices, { axis }), axis, -1) as Tensor;
  const size = last.shape.at(-1)!;
  const [values, sorted] = [await last.data(), await order.data()];
  values.forEach((value: number | bigint, i: number) => {
    const position = i % size;
    const pivot = values[i - position + kth]!;
    const right = position < kth ? value <= pivot : value >= pivot;
    if (!right) throw new Error(`element ${i} is on the wrong side of the kth`);
    if (Number(sorted[i]) !== position) throw new Error('the indices are no permutation');
  });
}

/** Calls whose result has a shape that depends on data: they give a promise. */
function isDataDependent(
  op: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): boolean {
  if (op.startsWith('segment_')) return (kwargs['num_segments'] ?? args[2]) === undefined;
  return op === 'repeat' && args[1] instanceof Tensor;
}

/** The same call with the sizes that its first run found, so that it can be recorded. */
async function withKnownSizes(
  op: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  outputs: Tensor,
): Promise<{ args: readonly unknown[]; kwargs: Readonly<Record<string, unknown>> }> {
  if (op.startsWith('segment_')) {
    return { args, kwargs: { ...kwargs, num_segments: outputs.shape[0] } };
  }
  return { args: [args[0], await (args[1] as Tensor).array()], kwargs };
}

/** Sum over outputs of output × coefficient: what golden gradients are of. */
export function weightedSum(
  group: GoldenGroup,
  coefficients: readonly (string | null)[],
  outputs: unknown,
): Tensor {
  const tensors = leavesOf(outputs).filter((leaf) => leaf instanceof Tensor);
  const terms = coefficients.flatMap((name, i) =>
    name === null ? [] : [tensors[i]!.mul(tensorNamed(group, name)).sum()],
  );
  return terms.map((term) => term.cast('float32')).reduce((a, b) => a.add(b));
}

async function expectGradients(
  group: GoldenGroup,
  golden: GoldenCase,
  grads: Grads,
  tape: GradientTape,
  outputs: unknown,
  leaves: Leaves,
): Promise<void> {
  const total = tape.record(() => weightedSum(group, grads.coeff, outputs));
  const paths = Object.keys(grads.wrt);
  const sources = paths.map((path) => {
    const leaf = leaves.get(path);
    if (leaf === undefined) throw new CannotRun(`gradient path ${path}`);
    return leaf;
  });
  const found = tape.gradient(total, sources);
  for (const [i, path] of paths.entries()) {
    // Keras gives zeros where an op is connected but flat.
    const gradient = found[i] ?? sources[i]!.mul(0);
    const name = grads.wrt[path]!;
    await expectNamed(group, name, gradient, grads.tol ?? golden.tol, `gradient ${path}`);
  }
}
