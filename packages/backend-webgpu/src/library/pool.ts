/**
 * Pooling and its gradient. Both layouts are one: [outer, depth, height, width, inner], where inner
 * are the channels if they come last, and 1 if they stand beside the batch. The gradient is gathered,
 * one thread per element of the input, so that overlapping windows add up in one order.
 */
import { type Aval, type DType, type PoolAttrs, sizeOf } from '@addax/core';
import type { Operand } from '../launch.ts';
import { type StoredType, storedType } from '../storage.ts';
import type { Call, Lowering } from './call.ts';
import { keep, lowestBits, order } from './elements.ts';
import { type Binding, flatGroups, shader } from './words.ts';

const THREADS = 64;

/** Parameters of both kernels; `lowest` are the bits of what padding counts as. */
const NAMES: readonly string[] = [
  'count',
  'inner',
  ...['out', 'in', 'window', 'stride', 'before', 'dilation'].flatMap((name) =>
    ['D', 'H', 'W'].map((axis) => name + axis),
  ),
  'lowest',
];

/** The last three of the values, filled up from the front. */
function triple(values: readonly number[], missing: number): number[] {
  return [missing, missing, missing, ...values].slice(-3);
}

function geometry(attrs: PoolAttrs, x: Aval, y: Aval, count: number): number[] {
  const last = attrs.layout === 'channelsLast';
  const spatial = ({ shape }: Aval): number[] =>
    triple(last ? shape.slice(1, -1) : shape.slice(2), 1);
  const before = attrs.padding.map(([low]) => low);
  return [
    count,
    last ? x.shape.at(-1)! : 1,
    ...spatial(y),
    ...spatial(x),
    ...triple(attrs.window, 1),
    ...triple(attrs.strides, 1),
    ...triple(before, 0),
    ...triple(attrs.dilation, 1),
    lowestBits(x.dtype),
  ];
}

/** The position of element `thread` of [outer, depth, height, width, inner]. */
function position(sizes: 'in' | 'out'): string {
  return `  if (thread >= count) { return; }
  let channel = thread % inner;
  var rest = thread / inner;
  let w = i32(rest % ${sizes}W);
  rest = rest / ${sizes}W;
  let h = i32(rest % ${sizes}H);
  rest = rest / ${sizes}H;
  let d = i32(rest % ${sizes}D);
  let n = rest / ${sizes}D;`;
}

/** A loop over the places of an axis that the window at `start` has inside the input. */
function overWindow(body: string): string {
  const axes = ['D', 'H', 'W'];
  return axes.reduceRight(
    (inside, axis) => `  for (var k${axis} = 0u; k${axis} < window${axis}; k${axis}++) {
  let at${axis} = start${axis} + i32(k${axis} * dilation${axis});
  if (at${axis} < 0 || at${axis} >= i32(in${axis})) { continue; }
${inside}
  }`,
    body,
  );
}

const START = `  let startD = d * i32(strideD) - i32(beforeD);
  let startH = h * i32(strideH) - i32(beforeH);
  let startW = w * i32(strideW) - i32(beforeW);`;

const INSIDE = `(((n * inD + u32(atD)) * inH + u32(atH)) * inW + u32(atW)) * inner + channel`;

function poolText(fn: PoolAttrs['fn'], dtype: DType, store: (value: string) => string): string {
  const head = `${position('out')}\n${START}`;
  if (fn === 'sum') {
    const type = storedType(dtype);
    return `${head}
  var sum = ${type}(0);
${overWindow(`  sum += b0[o0 + ${INSIDE}];`)}
  ${store('keep(sum)')}`;
  }
  return `${head}
  var best = lowest;
  var rank = order(lowest);
${overWindow(`  let bits = b0[o0 + ${INSIDE}];
  let other = order(bits);
  if (other > rank) { best = bits; rank = other; }`)}
  ${store(`bitcast<${storedType(dtype)}>(best)`)}`;
}

/** Loops over the windows (wD, wH, wW) that hold this place of the input, as their taps tD, tH, tW. */
function overWindows(body: string): string {
  const axes = ['D', 'H', 'W'] as const;
  const place = { D: 'd', H: 'h', W: 'w' };
  return axes.reduceRight((inside, axis) => {
    const reach = `i32((window${axis} - 1u) * dilation${axis})`;
    const at = `at${axis}`;
    return `  let ${at} = ${place[axis]} + i32(before${axis});
  let first${axis} = (max(${at} - ${reach}, 0) + i32(stride${axis}) - 1) / i32(stride${axis});
  let last${axis} = min(${at} / i32(stride${axis}), i32(out${axis}) - 1);
  for (var w${axis} = first${axis}; w${axis} <= last${axis}; w${axis}++) {
  let far${axis} = u32(${at} - w${axis} * i32(stride${axis}));
  if (far${axis} % dilation${axis} != 0u) { continue; }
  let t${axis} = far${axis} / dilation${axis};
${inside}
  }`;
  }, body);
}

const WINDOW = `(((n * outD + u32(wD)) * outH + u32(wH)) * outW + u32(wW)) * inner + channel`;

/** Whether an earlier place of window (wD, wH, wW) holds a value of this rank. */
const EARLIER = `  let startD = wD * i32(strideD) - i32(beforeD);
  let startH = wH * i32(strideH) - i32(beforeH);
  let startW = wW * i32(strideW) - i32(beforeW);
  var earlier = false;
  let own = (tD * windowH + tH) * windowW + tW;
  for (var k = 0u; k < own && !earlier; k++) {
    let nearD = startD + i32(k / (windowH * windowW) * dilationD);
    let nearH = startH + i32(k / windowW % windowH * dilationH);
    let nearW = startW + i32(k % windowW * dilationW);
    if (min(nearD, min(nearH, nearW)) < 0 || nearD >= i32(inD) || nearH >= i32(inH) ||
        nearW >= i32(inW)) { continue; }
    let near = ((n * inD + u32(nearD)) * inH + u32(nearH)) * inW + u32(nearW);
    earlier = order(b0[o0 + near * inner + channel]) == rank;
  }`;

function gradientText(fn: PoolAttrs['fn'], dtype: DType, store: (value: string) => string): string {
  const type = storedType(dtype);
  const taken =
    fn === 'sum'
      ? `  sum += b0[o0 + ${WINDOW}];`
      : `  let window = ${WINDOW};
  if (order(b1[o1 + window]) != rank) { continue; }
${EARLIER}
  if (!earlier) { sum += b2[o2 + window]; }`;
  return `${position('in')}
  ${fn === 'max' ? 'let rank = order(b0[o0 + thread]);' : ''}
  var sum = ${type}(0);
${overWindows(taken)}
  ${store('keep(sum)')}`;
}

/** Launches a kernel whose results are stored, or taken by the epilogue. */
function launch(
  call: Call,
  kernel: {
    readonly label: string;
    readonly reads: readonly (readonly [operand: Operand, type: StoredType])[];
    readonly out: Aval;
    readonly params: readonly number[];
    readonly text: (store: (value: string) => string) => string;
  },
): void {
  const { epilogue, abilities } = call;
  const { label, reads, out, text, params } = kernel;
  const fused = epilogue !== undefined;
  const type = storedType(out.dtype);
  const bindings = reads.map(([, read]): Binding => ({ use: 'read', type: read }));
  const operands = reads.map(([operand]) => operand);
  const store = (value: string): string =>
    fused ? `finish(thread, ${value});` : `b${reads.length}[o${reads.length} + thread] = ${value};`;
  const made = shader({
    label,
    bindings: fused ? bindings : [...bindings, { use: 'write', type }],
    names: NAMES,
    threads: THREADS,
    declarations: `${keep(out.dtype)}\n${order(out.dtype)}`,
    body: text(store),
    epilogue,
  });
  call.launch(
    made,
    fused ? [...operands, ...epilogue.operands] : [...operands, call.output(0)],
    fused ? [...params, ...epilogue.params] : params,
    flatGroups(params[0]!, THREADS, abilities.maxGroups),
  );
}

/** Maximum or sum of windows. */
export const pool: Lowering<'pool'> = (node, call) => {
  const { attrs } = node;
  const x = call.avals[node.inputs[0]!]!;
  const y = call.avals[node.outputs[0]!]!;
  const count = sizeOf(y.shape);
  if (count === 0) return;
  const { dtype } = x;
  launch(call, {
    label: `pool ${attrs.fn}`,
    // Maxima are chosen by bits.
    reads: [[call.input(0), attrs.fn === 'max' ? 'u32' : storedType(dtype)]],
    out: y,
    params: geometry(attrs, x, y, count),
    text: (store) => poolText(attrs.fn, dtype, store),
  });
};

/** Gradient of pooling from x, its result and the cotangent of that. */
export const poolGrad: Lowering<'poolGrad'> = (node, call) => {
  const { attrs } = node;
  const x = call.avals[node.inputs[0]!]!;
  const y = call.avals[node.inputs[1]!]!;
  const count = sizeOf(x.shape);
  if (count === 0) return;
  const { dtype } = x;
  const type = storedType(dtype);
  const cotangent = [call.input(2), type] as const;
  launch(call, {
    label: `poolGrad ${attrs.fn}`,
    reads:
      attrs.fn === 'max'
        ? [[call.input(0), 'u32'], [call.input(1), 'u32'], cotangent]
        : [cotangent],
    out: x,
    params: geometry(attrs, x, y, count),
    text: (store) => gradientText(attrs.fn, dtype, store),
  });
};
