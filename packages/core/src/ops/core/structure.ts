/** Structures of tensors, as functions under control flow take and give them. */
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';
import type { Aval } from '../../graph/types.ts';
import { SymbolicTensor } from '../../symbolic/symbolic-tensor.ts';
import { isTypedArray } from '../../tensor/host.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { isRecord } from '../../tree.ts';
import { Variable } from '../../variable.ts';
import { toTensor } from '../apply.ts';

/** A structure taken apart: its tensors, and how to put others in their place. */
export interface Flat {
  readonly tensors: Tensor[];
  rebuild(tensors: readonly Tensor[]): unknown;
}

/** Tensors of a structure of arrays and records; numbers become tensors, null stays. */
export function flattened(op: string, structure: unknown): Flat {
  const tensors: Tensor[] = [];
  const template = visit(op, structure, tensors);
  return { tensors, rebuild: (values) => fill(template, values) };
}

class Slot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

function visit(op: string, node: unknown, tensors: Tensor[]): unknown {
  if (node === null || node === undefined) return node;
  if (node instanceof SymbolicTensor) {
    throw new UnsupportedError(
      `${op} got a symbolic tensor: call it inside a layer's call(), where shapes are known.`,
    );
  }
  if (node instanceof Tensor) return new Slot(tensors.push(node) - 1);
  if (node instanceof Variable) return new Slot(tensors.push(node.value) - 1);
  if (typeof node === 'number' || typeof node === 'boolean' || isTypedArray(node)) {
    return new Slot(tensors.push(toTensor(node)) - 1);
  }
  if (Array.isArray(node)) return node.map((item) => visit(op, item, tensors));
  if (isRecord(node)) {
    return Object.fromEntries(
      Object.entries(node).map(([key, item]) => [key, visit(op, item, tensors)]),
    );
  }
  throw new ArgumentError(`${op}: a structure may hold tensors, arrays and records only.`);
}

function fill(template: unknown, values: readonly Tensor[]): unknown {
  if (template instanceof Slot) return values[template.index];
  if (Array.isArray(template)) return template.map((item) => fill(item, values));
  if (isRecord(template)) {
    return Object.fromEntries(
      Object.entries(template).map(([key, item]) => [key, fill(item, values)]),
    );
  }
  return template;
}

/** Throws unless values have the shapes and dtypes expected of them. */
export function checkAlike(
  op: string,
  what: string,
  found: readonly Aval[],
  expected: readonly Aval[],
): void {
  const show = ({ dtype, shape }: Aval): string => `${dtype}[${shape.join(', ')}]`;
  const same = (a: Aval, b: Aval): boolean =>
    a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((n, i) => n === b.shape[i]);
  if (found.length === expected.length && found.every((aval, i) => same(aval, expected[i]!)))
    return;
  throw new ShapeError(
    `${op}: ${what} ${found.map(show).join(', ') || 'nothing'}, expected ` +
      `${expected.map(show).join(', ') || 'nothing'}.`,
  );
}
