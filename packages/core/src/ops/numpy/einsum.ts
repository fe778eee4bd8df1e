/** Einstein's summation convention, as a chain of dot products. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import * as f from '../formula.ts';
import * as primitives from '../primitives/functions.ts';
import { as, commonDType } from '../promote.ts';
import { range, tensorOf } from '../values.ts';

/** A tensor with a label for each axis. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Sums of products over labelled axes: a label in several operands runs along in all of them, one
 * that the output does not have is summed over. `...` stands for axes that broadcast. Integers stay
 * integers (bool and int8 give int32).
 *
 * @param subscripts Labels of each operand, separated by commas, and after `->` those of the output;
 *   without it the output has the labels that occur once, in alphabetical order.
 *
 * @example
 * ops.einsum('bthd,bshd->bhts', query, key); // attention scores
 * ops.einsum('ii->i', matrix); // its diagonal
 */
export function einsum<A extends readonly Operand[]>(
  subscripts: string,
  ...operands: A
): Out<A[number]> {
  return apply('einsum', operands as readonly Operand[], { subscripts }, (values) => {
    const common = commonDType(...values);
    const dtype = common === 'bool' || common === 'int8' ? 'int32' : common;
    const tensors = values.map((value) => as(tensorOf(value), dtype));
    const { terms, output } = parse(subscripts, tensors);
    return contractAll(terms.map(withoutRepeats), output);
  }) as Out<A[number]>;
}

function parse(
  subscripts: string,
  tensors: readonly Tensor[],
): { terms: Labelled[]; output: string[] } {
  const fail = (why: string): ArgumentError => new ArgumentError(`einsum '${subscripts}': ${why}.`);
  const parts = subscripts.replaceAll(' ', '').split('->');
  const inputs = parts[0]!.split(',');
  if (parts.length > 2) throw fail("there is more than one '->'");
  if (inputs.length !== tensors.length) {
    throw fail(`it names ${inputs.length} operands but ${tensors.length} were given`);
  }
  const terms = tensors.map((tensor, i) => {
    const labels = labelsOf(inputs[i]!, tensor.rank, fail);
    if (labels.length !== tensor.rank) {
      throw fail(`'${inputs[i]}' names ${labels.length} axes of a tensor of rank ${tensor.rank}`);
    }
    return { tensor, labels };
  });
  const widest = Math.max(0, ...terms.map(({ labels }) => labels.filter(isDots).length));
  const all = terms.flatMap(({ labels }) => labels);
  const given = parts[1];
  const once = all.filter(
    (label) => !isDots(label) && all.indexOf(label) === all.lastIndexOf(label),
  );
  const output =
    given === undefined
      ? [...dots(widest), ...once.toSorted()]
      : labelsOf(given, given.replace('...', '').length + widest, fail);
  for (const label of output) {
    if (!all.includes(label)) throw fail(`the output label '${label}' is in no operand`);
    if (output.indexOf(label) !== output.lastIndexOf(label)) {
      throw fail(`the output has the label '${label}' twice`);
    }
  }
  return { terms: withoutUnitDots(terms, fail), output };
}

/** Labels of the axes behind `...`, counted from the last one, so that operands align. */
function dots(count: number): string[] {
  return range(count).map((i) => `.${count - 1 - i}`);
}

function isDots(label: string): boolean {
  return label.startsWith('.');
}

function labelsOf(text: string, rank: number, fail: (why: string) => Error): string[] {
  const at = text.indexOf('...');
  const [before, after] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 3)];
  if (!/^[A-Za-z]*$/.test(before + after)) throw fail(`'${text}' has labels that are not letters`);
  const hidden = at < 0 ? 0 : Math.max(rank - before.length - after.length, 0);
  return [...before, ...dots(hidden), ...after];
}

/** Axes behind `...` of size 1 are dropped where another operand is larger: that broadcasts. */
function withoutUnitDots(terms: readonly Labelled[], fail: (why: string) => Error): Labelled[] {
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of terms) {
    labels.forEach((label, axis) => {
      const size = tensor.shape[axis]!;
      const known = sizes.get(label);
      const broadcasts = isDots(label) && (size === 1 || known === 1);
      if (known !== undefined && known !== size && !broadcasts) {
        throw new ShapeError(fail(`axis '${label}' has sizes ${known} and ${size}`).message);
      }
      sizes.set(label, known === undefined || known === 1 ? size : known);
    });
  }
  return terms.map(({ tensor, labels }) => {
    const kept = range(tensor.rank).filter(
      (axis) => !isDots(labels[axis]!) || tensor.shape[axis] === sizes.get(labels[axis]!),
    );
    return {
      tensor: primitives.reshape(
        tensor,
        kept.map((axis) => tensor.shape[axis]!),
      ),
      labels: kept.map((axis) => labels[axis]!),
    };
  });
}

/** A label that an operand has twice walks along its diagonal. */
function withoutRepeats({ tensor, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second < 0) return { tensor, labels };
  const first = labels.indexOf(labels[second]!);
  const row = primitives.iota(tensor.shape, first, 'int32');
  const column = primitives.iota(tensor.shape, second, 'int32');
  const diagonal = primitives.sum(f.where(f.eq(row, column), tensor, 0), [second]);
  return withoutRepeats({ tensor: diagonal, labels: labels.filter((_, axis) => axis !== second) });
}

function contractAll(terms: readonly Labelled[], output: readonly string[]): Tensor {
  const needed = (rest: readonly Labelled[]): Set<string> =>
    new Set([...output, ...rest.flatMap(({ labels }) => labels)]);
  let [current, ...rest] = terms as [Labelled, ...Labelled[]];
  current = summed(current, needed(rest));
  while (rest.length > 0) {
    const next = rest[0]!;
    rest = rest.slice(1);
    const wanted = needed(rest);
    const own = summed(next, new Set([...wanted, ...current.labels]));
    current = contract(current, own, wanted);
  }
  const permutation = output.map((label) => current.labels.indexOf(label));
  return primitives.transpose(current.tensor, permutation);
}

/** Sums over the labels that nobody wants. */
function summed({ tensor, labels }: Labelled, wanted: ReadonlySet<string>): Labelled {
  const axes = range(tensor.rank).filter((axis) => !wanted.has(labels[axis]!));
  return {
    tensor: primitives.sum(tensor, axes),
    labels: labels.filter((label) => wanted.has(label)),
  };
}

/** The product of two: shared labels run along if they are still wanted, else they are summed over. */
function contract(a: Labelled, b: Labelled, wanted: ReadonlySet<string>): Labelled {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const pair = (label: string): [number, number] => [
    a.labels.indexOf(label),
    b.labels.indexOf(label),
  ];
  const batch = shared.filter((label) => wanted.has(label));
  const contracted = shared.filter((label) => !wanted.has(label));
  const tensor = primitives.dot(a.tensor, b.tensor, contracted.map(pair), batch.map(pair));
  const free = ({ labels }: Labelled): string[] =>
    labels.filter((label) => !shared.includes(label));
  return summed({ tensor, labels: [...batch, ...free(a), ...free(b)] }, wanted);
}
