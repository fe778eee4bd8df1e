/** Any function of tensors as a layer. */
import type { Tensor } from '@addax/core';
import { Layer, type MaskStruct } from '../layer.ts';
import type { LayerOptions, ResolvedCallOptions } from '../types.ts';

/** What a {@link Lambda} computes. */
export type LambdaFunction = (inputs: never, options: ResolvedCallOptions) => unknown;

/** Options of {@link Lambda}. */
export interface LambdaOptions extends LayerOptions {
  /** The function: `(inputs, { training, mask, …arguments }) => outputs`. */
  readonly function: LambdaFunction;
  /** Mask of the output: a tensor, or a function of inputs and their mask. Default none. */
  readonly mask?: Tensor | ((inputs: never, mask: MaskStruct) => MaskStruct) | null | undefined;
  /** Further arguments, by name. Default none. */
  readonly arguments?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Wraps a function of tensors as a layer. It has no weights: a function that uses variables belongs
 * in a class of its own. It is saved only if it was registered with `registerSerializable`.
 *
 * @example
 * const doubled = layers.lambda((x: Tensor) => x.mul(2))(x);
 */
export class Lambda extends Layer {
  static override readonly className: string = 'Lambda';
  readonly function: LambdaFunction;
  readonly mask: Tensor | ((inputs: never, mask: MaskStruct) => MaskStruct) | undefined;
  readonly functionArguments: Readonly<Record<string, unknown>>;

  constructor(options: LambdaOptions) {
    const { function: compute, mask, arguments: given, ...rest } = options;
    super(rest);
    this.function = compute;
    this.mask = mask ?? undefined;
    this.functionArguments = given ?? {};
    this.supportsMasking = this.mask !== undefined;
  }

  override call(inputs: never, options: ResolvedCallOptions): unknown {
    // Whoever asks finds training and mask, but they are not listed: ops refuse what they do not know.
    const given = { ...this.functionArguments, ...options };
    for (const key of Object.keys(options)) {
      Object.defineProperty(given, key, { enumerable: false });
    }
    return this.function(inputs, given);
  }

  override computeMask(inputs: never, mask: MaskStruct): MaskStruct {
    return typeof this.mask === 'function' ? this.mask(inputs, mask) : this.mask;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      function: this.function,
      ...(this.mask === undefined ? {} : { mask: this.mask }),
      arguments: this.functionArguments,
    };
  }
}

/** {@link Lambda}: a function of tensors as a layer; a bare function will do. */
export function lambda(options: LambdaOptions | LambdaFunction): Lambda {
  return new Lambda(typeof options === 'function' ? { function: options } : options);
}
