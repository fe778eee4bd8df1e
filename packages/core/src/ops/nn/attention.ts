/** Attention as one op. */
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { apply } from '../apply.ts';
import { attention } from '../composites/index.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { commonFloat } from '../promote.ts';
import { tensorOf } from '../values.ts';

/** Options of {@link dotProductAttention}. */
export interface DotProductAttentionOptions {
  /** Added to the scores; broadcasts to [batch, heads, targets, sources]. */
  readonly bias?: Operand | null | undefined;
  /** True where attention is allowed; broadcasts to [batch, heads, targets, sources]. */
  readonly mask?: Operand | null | undefined;
  /** Factor of the scores; 1 / √headSize by default. */
  readonly scale?: number | null | undefined;
  /** Whether targets see only sources up to their own position. Default false. */
  readonly isCausal?: boolean;
  /** A hint for backends that have such a kernel; the result is the same. */
  readonly flashAttention?: boolean | null | undefined;
}

/**
 * softmax(query · keyᵀ · scale + bias) · value per head (Vaswani et al., arXiv 1706.03762). Heads of
 * key and value may be fewer by a whole factor (grouped attention).
 *
 * @param query [batch, targets, heads, headSize].
 * @param key [batch, sources, keyHeads, headSize].
 * @param value [batch, sources, keyHeads, valueSize].
 */
export function dotProductAttention<A extends Operand, B extends Operand, C extends Operand>(
  query: A,
  key: B,
  value: C,
  options: DotProductAttentionOptions = {},
): Out<A | B | C> {
  checkOptions('dotProductAttention', options, 'bias mask scale isCausal flashAttention');
  const { bias, mask, scale, isCausal = false } = options;
  const operands = [query, key, value, bias, mask] as (Operand | null | undefined)[];
  return apply('dotProductAttention', operands, { scale, isCausal }, (values) => {
    const [q, k, v, offset, allowed] = values.map((one) =>
      one === null || one === undefined ? undefined : tensorOf(one),
    );
    const dtype = commonFloat(q!, k!, v!);
    const cast = (one: Tensor): Tensor => primitives.cast(one, dtype);
    return attention(cast(q!), cast(k!), cast(v!), {
      scale: scale ?? undefined,
      bias: offset === undefined ? undefined : cast(offset),
      mask: allowed === undefined ? undefined : primitives.cast(allowed, 'bool'),
      causal: isCausal,
    });
  }) as Out<A | B | C>;
}
