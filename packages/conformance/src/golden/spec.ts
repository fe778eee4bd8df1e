/** Specs of the golden data (see its README): how a value is written, and values made from them. */
import { type Tensor, tensorFrom } from './tensors.ts';
import type { GoldenGroup } from './case-file.ts';

/** A case that this runner or the library cannot do; counts as failed, with this reason. */
export class CannotRun extends Error {}

/** Whether a JSON value is a spec object with this key. */
export function hasKey<K extends string>(spec: unknown, key: K): spec is Record<K, unknown> {
  return (
    typeof spec === 'object' && spec !== null && !Array.isArray(spec) && Object.hasOwn(spec, key)
  );
}

/** Collects the tensors made for the leaves of arguments, by their path. */
export type Leaves = Map<string, Tensor>;

/** The value a spec stands for; tensors are noted in `leaves` under their path. */
export function valueOf(
  group: GoldenGroup,
  spec: unknown,
  leaves: Leaves = new Map(),
  path = '',
): unknown {
  if (hasKey(spec, 'tensor')) {
    const value = tensorNamed(group, String(spec.tensor));
    leaves.set(path, value);
    return value;
  }
  if (hasKey(spec, 'tensors')) {
    return (spec.tensors as string[]).map((name, i) =>
      valueOf(group, { tensor: name }, leaves, join(path, i)),
    );
  }
  if (hasKey(spec, 'list')) {
    return (spec.list as unknown[]).map((item, i) => valueOf(group, item, leaves, join(path, i)));
  }
  if (hasKey(spec, 'dict')) {
    return Object.fromEntries(
      Object.entries(spec.dict as Record<string, unknown>).map(([key, item]) => [
        key,
        valueOf(group, item, leaves, join(path, key)),
      ]),
    );
  }
  if (hasKey(spec, 'slice')) {
    const [start, stop, step] = spec.slice as (number | null)[];
    return { start, stop, step };
  }
  if (hasKey(spec, 'ellipsis')) return '...';
  for (const kind of ['complex', 'strings', 'ragged']) {
    if (hasKey(spec, kind)) throw new CannotRun(`${kind} values`);
  }
  if (Array.isArray(spec) && spec.some((item) => typeof item === 'object' && item !== null)) {
    return spec.map((item, i) => valueOf(group, item, leaves, join(path, i)));
  }
  return spec;
}

/** A tensor of the group by name. */
export function tensorNamed(group: GoldenGroup, name: string): Tensor {
  const array = group.tensors.get(name);
  if (array === undefined) throw new CannotRun(`no tensor "${name}" in the golden file`);
  return tensorFrom(array);
}

function join(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}

/** snake_case to camelCase, as the public API spells Keras' names. */
export function camelCase(name: string): string {
  return name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
