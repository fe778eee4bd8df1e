/** attention: scaled dot-product attention over several heads (Vaswani et al., arXiv 1706.03762). */
import { highest } from '../../dtypes.ts';
import { ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { showAval } from '../primitives/check.ts';
import type { PrimitiveFunctions } from '../primitives/primitive.ts';
import { composite, scaled, wide } from './composite.ts';
import { softmaxOf } from './softmax.ts';

/** Arguments of {@link attention}. */
export interface AttentionOptions {
  /** Factor of the scores; default 1 / √headSize. */
  readonly scale?: number | undefined;
  /** Added to the scores; broadcasts to [batch, heads, targets, sources]. */
  readonly bias?: Tensor | undefined;
  /** bool, true where attention is allowed; broadcasts to [batch, heads, targets, sources]. */
  readonly mask?: Tensor | undefined;
  /** Whether targets see only sources up to their own position. Default false. */
  readonly causal?: boolean | undefined;
}

/** Keys and values of fewer heads, each repeated for its group of query heads. */
function perQueryHead(ops: PrimitiveFunctions, x: Tensor, heads: number): Tensor {
  const [batch, sources, own, size] = x.shape as [number, number, number, number];
  if (own === heads) return x;
  const repeated = [batch, sources, own, heads / own, size];
  return ops.reshape(ops.broadcast(x, repeated, [0, 1, 2, 4]), [batch, sources, heads, size]);
}

function causalMask(ops: PrimitiveFunctions, shape: readonly number[]): Tensor {
  const targets = ops.iota(shape, 2, 'int32');
  return ops.compare('ge', targets, ops.iota(shape, 3, 'int32'));
}

/**
 * softmax(query · keyᵀ · scale + bias) · value. Shapes are [batch, positions, heads, headSize]; the
 * number of query heads is a multiple of that of keys and values. Scores are at least float32.
 */
export function attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { scale, bias, mask, causal = false }: AttentionOptions = {},
): Tensor {
  const [heads, shared] = [query.shape[2] ?? 0, key.shape[2] ?? 1];
  const fits =
    [query, key, value].every((operand) => operand.rank === 4) &&
    shared === value.shape[2] &&
    Number.isInteger(heads / shared);
  if (!fits) {
    throw new ShapeError(
      `attention: query ${showAval(query)}, key ${showAval(key)} and value ${showAval(value)} ` +
        'must be [batch, positions, heads, headSize], with a multiple of the key heads as query heads',
    );
  }
  const inputs = [query, key, value, bias, mask].filter((input) => input !== undefined);
  const options = {
    scale: scale ?? 1 / Math.sqrt(query.shape[3]!),
    bias: bias !== undefined,
    mask: mask !== undefined,
    causal,
  };
  const [y] = composite('attention', inputs, options, (ops, [q, k, v, ...rest], given) => {
    const heads = q!.shape[2]!;
    const dtype = wide(q!.dtype);
    const keys = perQueryHead(ops, k!, heads);
    const values = perQueryHead(ops, v!, heads);
    // [batch, heads, targets, sources]
    const products = ops.dot(
      q!,
      keys,
      [[3, 3]],
      [
        [0, 0],
        [2, 2],
      ],
    );
    let scores = scaled(ops, ops.cast(products, dtype), given.scale);
    const { shape } = scores;
    if (given.bias) {
      scores = ops.add(scores, ops.broadcastTo(ops.cast(rest.shift()!, dtype), shape));
    }
    // Low enough to vanish in softmax, finite so that a row without any source stays finite.
    const nothing = ops.fullLike(scores, -0.7 * highest('float32'));
    if (given.mask) {
      scores = ops.select(ops.broadcastTo(rest.shift()!, shape), scores, nothing);
    }
    if (given.causal) scores = ops.select(causalMask(ops, shape), scores, nothing);
    const weights = ops.cast(softmaxOf(ops, scores, [3]), v!.dtype);
    const mixed = ops.dot(
      weights,
      values,
      [[3, 1]],
      [
        [0, 0],
        [1, 2],
      ],
    );
    return [ops.transpose(mixed, [0, 2, 1, 3])];
  });
  return y!;
}
