/** Cases that call a function: ops, activations, loss functions, utilities. */
import * as frontend from '@addax/frontend';
import { GradientTape, leavesOf, POSITIONAL, Tensor } from '@addax/core';
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
  args.forEach((value, i) => {
    const name = parameters[i]?.replace('?', '');
    if (name === undefined || name.startsWith('*')) rest.push(value);
    else given.set(name, value);
  });
  let options: Record<string, unknown> | undefined;
  for (const parameter of parameters) {
    const name = parameter.replace('?', '');
    if (name.startsWith('*')) positional.push(...rest.splice(0));
    else if (!parameter.endsWith('?') || forced.includes(name)) {
      positional.push(given.get(name));
      given.delete(name);
    }
  }
  while (positional.length > 0 && positional.at(-1) === undefined) positional.pop();
  const required = parameters.filter(
    (parameter) => !parameter.endsWith('?') || forced.includes(parameter.replace('?', '')),
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
  const call = callArguments(`${namespace}.${op}`, args, kwargs);
  const grads = golden['grads'] as Grads | undefined;
  const tape = new GradientTape();
  const raw = grads === undefined ? run(...call) : tape.record(() => run(...call));
  const outputs = raw instanceof Promise ? await raw : raw;
  await expectValue(group, golden['outputs'], outputs, golden.tol, golden.check);
  if (grads !== undefined) await expectGradients(group, golden, grads, tape, outputs, leaves);
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
    const gradient = found[i];
    if (gradient === null || gradient === undefined) throw new Error(`no gradient for ${path}`);
    const name = grads.wrt[path]!;
    await expectNamed(group, name, gradient, grads.tol ?? golden.tol, `gradient ${path}`);
  }
}
