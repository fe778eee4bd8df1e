/**
 * `rearrange`: reshape, transpose and reshape again, written as a pattern
 * (https://einops.rocks, the subset that Keras has: names, groups in parentheses).
 */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as primitives from '../primitives/functions.ts';
import { product, tensorOf } from '../values.ts';

/**
 * A tensor rearranged by a pattern.
 *
 * @param pattern As "b h w c -> b (h w) c".
 * @param sizes Sizes of names that the shape does not tell, as `{ p: 2 }`.
 *
 * @example
 * ops.rearrange(images, 'b (h p) w c -> b h p w c', { p: 2 });
 */
export function rearrange<A extends Operand>(
  tensor: A,
  pattern: string,
  sizes: Readonly<Record<string, number>> = {},
): Out<A> {
  return apply('rearrange', [tensor] as Operand[], { pattern, ...sizes }, ([a]) =>
    rearranged(tensorOf(a!), pattern, sizes),
  ) as Out<A>;
}

function rearranged(x: Tensor, pattern: string, given: Readonly<Record<string, number>>): Tensor {
  const [left, right, ...rest] = pattern.split('->');
  if (left === undefined || right === undefined || rest.length > 0) {
    throw new ArgumentError(`rearrange: pattern "${pattern}" must have one "->".`);
  }
  const from = parseSide(left, pattern);
  const to = parseSide(right, pattern);
  const names = from.flat();
  const wanted = to.flat();
  const same = names.length === wanted.length && new Set(names).size === names.length;
  if (!same || !wanted.every((name) => names.includes(name))) {
    throw new ArgumentError(
      `rearrange: both sides of "${pattern}" must have the same names, each once.`,
    );
  }
  const sizes = solve(x.shape, from, given, pattern);
  const split = primitives.reshape(
    x,
    names.map((name) => sizes[name]!),
  );
  const permuted = primitives.transpose(
    split,
    wanted.map((name) => names.indexOf(name)),
  );
  return primitives.reshape(
    permuted,
    to.map((group) => product(group.map((name) => sizes[name]!))),
  );
}

function parseSide(side: string, pattern: string): string[][] {
  const tokens = side.match(/[A-Za-z_]\w*|[()]|\S/g) ?? [];
  const groups: string[][] = [];
  let open: string[] | undefined;
  for (const token of tokens) {
    if (token === '(' && open === undefined) groups.push((open = []));
    else if (token === ')' && open !== undefined) open = undefined;
    else if (!/^[A-Za-z_]/.test(token)) {
      throw new ArgumentError(`rearrange: unexpected "${token}" in pattern "${pattern}".`);
    } else if (open === undefined) groups.push([token]);
    else open.push(token);
  }
  return groups;
}

function solve(
  shape: readonly number[],
  groups: readonly (readonly string[])[],
  given: Readonly<Record<string, number>>,
  pattern: string,
): Record<string, number> {
  if (groups.length !== shape.length) {
    throw new ShapeError(
      `rearrange: pattern "${pattern}" describes ${groups.length} axes, the tensor has shape ` +
        `[${shape.join(', ')}].`,
    );
  }
  const sizes: Record<string, number> = { ...given };
  groups.forEach((group, axis) => {
    const open = group.filter((name) => sizes[name] === undefined);
    const known = product(group.map((name) => sizes[name] ?? 1));
    const left = shape[axis]! / known;
    if (open.length > 1 || !Number.isInteger(left) || (open.length === 0 && left !== 1)) {
      throw new ShapeError(
        `rearrange: axis ${axis} of size ${shape[axis]} cannot be split as ` +
          `(${group.join(' ')}) in "${pattern}"; give the sizes of all names but one.`,
      );
    }
    if (open.length === 1) sizes[open[0]!] = left;
  });
  return sizes;
}
