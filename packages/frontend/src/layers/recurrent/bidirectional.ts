/** A recurrent layer, run in both directions. */
import { ArgumentError, leavesOf, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Layer, type MaskStruct } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions, Shape } from '../types.ts';
import { copyLayer } from './copy-layer.ts';
import type { RNN } from './rnn.ts';

/** How the outputs of the two directions come together; null: a list of both. */
export type MergeMode = 'concat' | 'sum' | 'ave' | 'mul' | null;

const MERGE_MODES: readonly MergeMode[] = ['concat', 'sum', 'ave', 'mul', null];

/** Options of {@link Bidirectional}. */
export interface BidirectionalOptions extends LayerOptions {
  /** A recurrent layer; it is copied, once for each direction. */
  readonly layer: RNN;
  /** How the outputs come together. Default `'concat'`. */
  readonly mergeMode?: MergeMode | undefined;
  /** The layer of the other direction. Default: `layer` with `goBackwards` turned round. */
  readonly backwardLayer?: RNN | null | undefined;
}

/**
 * Runs a recurrent layer over a sequence and another one over its reverse. Call arguments are those
 * of the layer; `initialState` has the states of both directions.
 *
 * @example
 * const y = layers.bidirectional({ layer: layers.lstm({ units: 64 }) })(x); // [batch, 128]
 */
export class Bidirectional extends Layer {
  static override readonly className: string = 'Bidirectional';
  readonly mergeMode: MergeMode;
  readonly forwardLayer: RNN;
  readonly backwardLayer: RNN;
  /** Whether the other direction was given, and stands in the configuration. */
  readonly #ownBackward: boolean;

  constructor(options: BidirectionalOptions) {
    const { layer, mergeMode = 'concat', backwardLayer, ...rest } = options;
    super(rest);
    if (!MERGE_MODES.includes(mergeMode)) {
      throw new ArgumentError(
        `mergeMode must be concat, sum, ave, mul or null, got ${JSON.stringify(mergeMode)}.`,
      );
    }
    const plain = (prefix: string): string =>
      prefix + layer.name.replace(new RegExp(`^${prefix}`), '');
    this.mergeMode = mergeMode;
    this.forwardLayer = copyLayer(layer, { name: plain('forward_') });
    this.#ownBackward = backwardLayer !== undefined && backwardLayer !== null;
    this.backwardLayer =
      backwardLayer ?? copyLayer(layer, { name: plain('backward_'), goBackwards: true });
    checkPair(this.forwardLayer, this.backwardLayer);
    for (const direction of [this.forwardLayer, this.backwardLayer]) {
      direction.zeroOutputForMask = direction.returnSequences;
    }
    this.stateful = layer.stateful;
    this.supportsMasking = true;
    this.inputSpec = layer.inputSpec;
  }

  override build(inputShape: Shape): void {
    this.forwardLayer.build(inputShape);
    this.backwardLayer.build(inputShape);
  }

  override call(sequences: Tensor, options: ResolvedCallOptions): unknown {
    const { training, mask } = options;
    const states = leavesOf(options['initialState'] ?? []) as Tensor[];
    const half = states.length / 2;
    const run = (layer: RNN, own: readonly Tensor[]): Tensor[] => {
      const initialState = own.length === 0 ? undefined : own;
      const result = layer.invoke(sequences, { training, mask, initialState });
      return (Array.isArray(result) ? result : [result]) as Tensor[];
    };
    const [forward, ...forwardStates] = run(this.forwardLayer, states.slice(0, half));
    const [reversed, ...backwardStates] = run(this.backwardLayer, states.slice(half));
    const backward = this.forwardLayer.returnSequences
      ? ops.flip(reversed!, { axis: 1 })
      : reversed!;
    const outputs = this.#merge(forward!, backward);
    const all = [...outputs, ...forwardStates, ...backwardStates];
    return all.length === 1 ? all[0] : all;
  }

  #merge(forward: Tensor, backward: Tensor): Tensor[] {
    switch (this.mergeMode) {
      case 'concat':
        return [ops.concatenate([forward, backward], { axis: -1 })];
      case 'sum':
        return [ops.add(forward, backward)];
      case 'ave':
        return [ops.divide(ops.add(forward, backward), 2)];
      case 'mul':
        return [ops.multiply(forward, backward)];
      case null:
        return [forward, backward];
    }
  }

  /** Sets the states of stateful layers to zero. */
  resetState(): void {
    this.forwardLayer.resetState();
    this.backwardLayer.resetState();
  }

  override computeMask(_inputs: unknown, mask: MaskStruct): MaskStruct {
    if (!this.forwardLayer.returnSequences) return null;
    const own = (leavesOf(mask)[0] ?? null) as MaskStruct;
    return this.mergeMode === null ? [own, own] : own;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      layer: copyLayer(this.forwardLayer),
      mergeMode: this.mergeMode,
      ...(this.#ownBackward ? { backwardLayer: copyLayer(this.backwardLayer) } : {}),
    };
  }
}

function checkPair(forward: RNN, backward: RNN): void {
  if (forward.goBackwards === backward.goBackwards) {
    throw new ArgumentError('the two layers of Bidirectional must differ in goBackwards.');
  }
  for (const option of ['stateful', 'returnSequences', 'returnState'] as const) {
    if (forward[option] !== backward[option]) {
      throw new ArgumentError(`the two layers of Bidirectional must agree in ${option}.`);
    }
  }
}

/** {@link Bidirectional}: a recurrent layer in both directions. */
export function bidirectional(options: BidirectionalOptions): Bidirectional {
  return new Bidirectional(options);
}
