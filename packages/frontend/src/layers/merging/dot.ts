/** Dot products of two inputs, sample by sample. */
import { ArgumentError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { shapeList } from '../input-checks.ts';
import type { LayerOptions, ShapeStruct } from '../types.ts';
import { Merge } from './merge.ts';

/** Options of {@link Dot}. */
export interface DotOptions extends LayerOptions {
  /** The axis that is summed over, or one per input; not 0, which is the batch. */
  readonly axes: number | readonly [number, number];
  /** Whether vectors are normalised first: the result is their cosine. Default false. */
  readonly normalize?: boolean | undefined;
}

/**
 * Sums the products of two inputs along an axis of each.
 *
 * @example
 * const y = layers.dot({ axes: 1 })([a, b]); // [batch, n] and [batch, n] → [batch, 1]
 */
export class Dot extends Merge {
  static override readonly className: string = 'Dot';
  readonly axes: number | readonly [number, number];
  readonly normalize: boolean;

  constructor({ axes, normalize = false, ...options }: DotOptions) {
    super(options);
    this.axes = axes;
    this.normalize = normalize;
  }

  override build(inputShape: ShapeStruct): void {
    const shapes = shapeList(this, inputShape);
    const [first, second] = shapes;
    if (shapes.length !== 2 || first === undefined || second === undefined) {
      throw new ArgumentError(`${this.label} takes exactly 2 inputs, got ${shapes.length}.`);
    }
    const [a, b] = this.#axesOf(first.length, second.length);
    if (first[a] !== second[b]) {
      throw this.misfit(shapes, `axis ${a} has size ${first[a]}, axis ${b} ${second[b]}`);
    }
  }

  #axesOf(...ranks: readonly [number, number]): [number, number] {
    const given = typeof this.axes === 'number' ? [this.axes, this.axes] : this.axes;
    const axes = given.map((axis, i) => (axis < 0 ? axis + ranks[i]! : axis));
    if (axes.some((axis, i) => axis < 1 || axis >= ranks[i]!)) {
      throw new ArgumentError(
        `${this.label}: axes [${given.join(', ')}] must be axes of inputs of rank ` +
          `${ranks.join(' and ')}, and not 0, which is the batch.`,
      );
    }
    return axes as [number, number];
  }

  override call(inputs: readonly Tensor[]): Tensor {
    return this.merge(inputs);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    const [first, second] = inputs as readonly [Tensor, Tensor];
    const [a, b] = this.#axesOf(first.rank, second.rank);
    const x = this.normalize ? ops.normalize(first, { axis: a }) : first;
    const y = this.normalize ? ops.normalize(second, { axis: b }) : second;
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const left = ['z', ...letters.slice(1, x.rank)];
    const right = ['z', ...letters.slice(x.rank, x.rank + y.rank - 1)];
    right[b] = left[a]!;
    const free = (side: readonly string[], axis: number): string =>
      side.filter((_, i) => i > 0 && i !== axis).join('');
    const equation = `${left.join('')},${right.join('')}->z${free(left, a)}${free(right, b)}`;
    const result = ops.einsum(equation, x, y);
    return result.rank === 1 ? ops.expandDims(result, -1) : result;
  }

  override computeMask(): null {
    return null;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axes: this.axes, normalize: this.normalize };
  }
}

/** {@link Dot}: dot products of two inputs, sample by sample. */
export function dot(options: DotOptions): Dot {
  return new Dot(options);
}
