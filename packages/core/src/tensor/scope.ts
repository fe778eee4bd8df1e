/**
 * Scopes: tensors made inside and neither returned, kept nor assigned are released at the end. The
 * framework opens one around the synchronous part of `call`, losses, metrics and map functions;
 * people may open their own.
 */
import type { Tensor } from './tensor.ts';

interface OpenScope {
  readonly tensors: Set<Tensor>;
}

let current: OpenScope | undefined;

/** Tells the open scope of a new tensor. */
export function noteTensor(tensor: Tensor): void {
  current?.tensors.add(tensor);
}

/**
 * Runs `fn` and releases the tensors it made, except those in its result and those given to
 * {@link keep}. Variables assigned inside hold on to their values.
 *
 * @example
 * const norm = scope(() => ops.sqrt(ops.sum(x.mul(x))));
 */
export function scope<T>(fn: () => T): T {
  const outer = current;
  const mine: OpenScope = { tensors: new Set() };
  current = mine;
  try {
    const result = fn();
    keepAll(result, mine, outer, new Set());
    return result;
  } finally {
    current = outer;
    for (const tensor of mine.tensors) tensor.dispose();
  }
}

/** Takes a tensor out of the open scope, and gives it back. */
export function keep<T extends Tensor>(tensor: T): T {
  current?.tensors.delete(tensor);
  return tensor;
}

function keepAll(
  value: unknown,
  from: OpenScope,
  to: OpenScope | undefined,
  seen: Set<unknown>,
): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (from.tensors.delete(value as Tensor)) {
    to?.tensors.add(value as Tensor);
    return;
  }
  if (ArrayBuffer.isView(value)) return;
  if (value instanceof Map) for (const item of value.values()) keepAll(item, from, to, seen);
  else if (Array.isArray(value) || isPlain(value)) {
    for (const item of Object.values(value)) keepAll(item, from, to, seen);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
