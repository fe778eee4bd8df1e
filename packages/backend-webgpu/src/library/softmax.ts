/**
 * Softmax and its logarithm over the last axis, in one launch: the maximum of a row, the sum of the
 * exponentials below it, then the results. A row with NaN or +∞, or of −∞ alone, becomes NaN, as its
 * sum does; so the maximum need not look for NaN.
 */
import type { Aval, Node } from '@addax/core';
import { sizeOf } from '@addax/core';
import { wgslFunctions } from '@addax/codegen/device';
import type { Lowering } from './call.ts';
import { hasRows, launchRows, type RowBody, type RowText } from './rows.ts';

/** Whether the composite goes over the last axis of floats. */
export function runsSoftmax({ inputs, attrs }: Node<'call'>, avals: readonly Aval[]): boolean {
  const x = avals[inputs[0]!]!;
  const { axes } = attrs.options;
  const isLast = Array.isArray(axes) && axes.length === 1 && axes[0] === x.shape.length - 1;
  return isLast && hasRows(x);
}

/** The maximum `high` and the sum `total` of the exponentials. */
function statistics(text: RowBody): string {
  const low = `${text.load(0)} - high`;
  return `  var highest = ${text.value}(bitcast<f32>(lowest));
${text.each(`    highest = max(highest, ${text.load(0)});`)}
  let high = ${text.max('highest')};
  var sums = ${text.value}();
${text.each(`    let low = ${low};\n    sums += ${text.map('exp', 'low')};`)}
  let total = ${text.sum('sums')};`;
}

/** Its bits. */
const MINUS_INFINITY = 0xff800000;

function lowering(
  label: string,
  last: string,
  result: (text: RowBody) => string,
): Lowering<'call'> {
  const text: RowText = {
    label,
    names: ['lowest'],
    params: [MINUS_INFINITY],
    body: (words) => `${statistics(words)}\n${last}`,
    result,
  };
  return (node, call) => {
    const aval = call.avals[node.inputs[0]!]!;
    const size = sizeOf(aval.shape);
    if (size === 0) return;
    const length = aval.shape.at(-1)!;
    const rows = { count: size / length, length };
    launchRows(call, rows, [{ operand: call.input(0), aval }], aval.dtype, text);
  };
}

/** Lowers `softmax`. */
export const softmax: Lowering<'call'> = lowering('softmax', '', (text) => {
  return `${text.map('exp', `(${text.load(0)} - high)`)} / total`;
});

/** Lowers `logSoftmax`. */
export const logSoftmax: Lowering<'call'> = lowering(
  'logSoftmax',
  `  let logarithm = ${wgslFunctions.unary.log('total', 'float32')};`,
  (text) => `${text.load(0)} - high - logarithm`,
);
