/**
 * Layer normalisation over the last axes, in one launch: the mean of a row, its variance around that
 * mean, then the results. The variance is not the difference of two large numbers.
 */
import { wgslFunctions } from '@addax/codegen/device';
import type { Aval, Node } from '@addax/core';
import { sizeOf } from '@addax/core';
import type { Lowering } from './call.ts';
import { hasRows, launchRows, type RowOperand, type RowText } from './rows.ts';
import { floatBits } from './words.ts';

/** Whether the composite goes over the last axes of floats. */
export function runsLayerNorm({ inputs, attrs }: Node<'call'>, avals: readonly Aval[]): boolean {
  const operands = inputs.map((value) => avals[value]!);
  const rank = operands[0]!.shape.length;
  const { axes } = attrs.options;
  if (!Array.isArray(axes) || !operands.every(hasRows)) return false;
  return axes.length > 0 && axes.every((axis, i) => axis === rank - axes.length + i);
}

/** `scale` and `offset` are the numbers of their operands, if they are there. */
function layerNormText(
  { length, epsilon }: { readonly length: number; readonly epsilon: number },
  scale: number | undefined,
  offset: number | undefined,
): RowText {
  return {
    label: 'layerNorm',
    names: ['length', 'epsilon'],
    params: [length, floatBits(epsilon)],
    body: (text) => `  var sums = ${text.value}();
${text.each(`    sums += ${text.load(0)};`)}
  let mean = ${text.sum('sums')} / f32(length);
  var squares = ${text.value}();
${text.each(`    let far = ${text.load(0)} - mean;\n    squares += far * far;`)}
  let variance = ${text.sum('squares')} / f32(length);
  let factor = ${wgslFunctions.unary.rsqrt('(variance + bitcast<f32>(epsilon))', 'float32')};`,
    result: (text) => {
      const scaled = scale === undefined ? '' : ` * ${text.load(scale)}`;
      const moved = offset === undefined ? '' : ` + ${text.load(offset)}`;
      return `(${text.load(0)} - mean) * factor${scaled}${moved}`;
    },
  };
}

/** Lowers `layerNorm`. */
export const layerNorm: Lowering<'call'> = (node, call) => {
  const { axes, epsilon, scale, offset } = node.attrs.options;
  const operands = node.inputs.map((value, i): RowOperand => ({
    operand: call.input(i),
    aval: call.avals[value]!,
  }));
  const { shape, dtype } = operands[0]!.aval;
  const size = sizeOf(shape);
  if (size === 0) return;
  const length = sizeOf(shape.slice(-(axes as readonly number[]).length));
  const text = layerNormText(
    { length, epsilon: Number(epsilon) },
    scale === true ? 1 : undefined,
    offset === true ? (scale === true ? 2 : 1) : undefined,
  );
  launchRows(call, { count: size / length, length }, operands, dtype, text);
};
