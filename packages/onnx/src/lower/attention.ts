/** Attention by the name of the operator that sets from 23 on have. */
import type { Aval, OpAttrs } from '@addax/core';
import type { Lowering } from '../lowering.ts';
import type { Name, Scope } from '../scope.ts';
import { plain, plainValue, reshapeTo, type Value } from '../value.ts';

type Options = OpAttrs['call']['options'];

/** What is added to scores that a mask excludes: low enough to vanish, and a row of them stays finite. */
const EXCLUDED = -(2 ** 127);

/**
 * Whether the operator does what the options say. It excludes with −infinity what comes later than a
 * target: of rows that a mask leaves nothing else of, it would make NaN.
 */
export function attentionFits(operands: readonly Aval[], options: Options): boolean {
  const { mask, causal, scale } = options;
  const isFloat = operands.every(({ dtype }) => dtype === 'float32' || dtype === 'bool');
  return isFloat && Number(scale) > 0 && !(mask === true && causal === true);
}

/** [batch, positions, heads, size] with the heads side by side. */
function flat(scope: Scope, value: Value): Name {
  const [batch, positions, heads, size] = value.shape as [number, number, number, number];
  return reshapeTo(scope, plain(scope, value).name, [batch, positions, heads * size]);
}

/** An operand of the scores, in four axes; the runtime wants the last two in full. */
function ofScores(scope: Scope, value: Value, [targets, sources]: readonly number[]): Name {
  const { name, shape } = plain(scope, value);
  const ones = Array.from({ length: 4 - shape.length }, () => 1);
  const operand = ones.length === 0 ? name : reshapeTo(scope, name, [...ones, ...shape]);
  if (shape.at(-2) === targets && shape.at(-1) === sources) return operand;
  return scope.node('Expand', [operand, scope.ints([1, 1, targets!, sources!])]);
}

/** softmax(query · keyᵀ · scale + bias) · value. */
export function attentionNode({ scope, attrs, inputs, outputs }: Lowering<'call'>): Value[] {
  const { bias, mask, causal, scale } = attrs.options;
  const [query, key, value, ...rest] = inputs as [Value, Value, Value, ...Value[]];
  const positions = [query.shape[1]!, key.shape[1]!];
  const added = bias === true ? ofScores(scope, rest.shift()!, positions) : undefined;
  let excluded: Name | undefined;
  if (mask === true) {
    const [low, none] = [scope.scalar(EXCLUDED, 'float32'), scope.scalar(0, 'float32')];
    excluded = scope.node('Where', [ofScores(scope, rest.shift()!, positions), none, low]);
  }
  const both = added !== undefined && excluded !== undefined;
  const sum = both ? scope.node('Add', [added, excluded!]) : (added ?? excluded);
  const operands = [query, key, value].map((operand) => flat(scope, operand));
  const attributes = {
    q_num_heads: query.shape[2]!,
    kv_num_heads: key.shape[2]!,
    is_causal: causal === true ? 1 : 0,
    scale: { float: Number(scale) },
  };
  const name = scope.node(
    'Attention',
    sum === undefined ? operands : [...operands, sum],
    attributes,
  );
  return [plainValue(reshapeTo(scope, name, outputs[0]!.shape), outputs[0]!)];
}
