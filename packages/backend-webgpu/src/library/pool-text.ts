/**
 * The bodies of the pooling kernels. A thread has one place of [outer, depth, height, width, inner];
 * `Bits` and `Value` are words or vectors of four, `order` ranks bits, `store` takes a result.
 */
import type { DType, PoolAttrs } from '@addax/core';
import { loaded } from '../storage.ts';

/** What a text depends on. */
export interface PoolKind {
  readonly fn: PoolAttrs['fn'];
  readonly dtype: DType;
  /** In memory its elements are f16. */
  readonly isHalf: boolean;
  /** Channels of a thread. */
  readonly lanes: 1 | 4;
}

const AXES = ['D', 'H', 'W'] as const;

/** Parameters; `lowest` are the bits of what padding counts as, `cells` cover the input by strides. */
export const NAMES: readonly string[] = [
  'threads',
  'inner',
  ...['out', 'in', 'window', 'stride', 'before', 'dilation', 'cells'].flatMap((name) =>
    AXES.map((axis) => name + axis),
  ),
  'lowest',
];

/** The place of the thread among [outer, depth, height, width, inner]. */
function place(sizes: 'in' | 'out' | 'cells'): string {
  return `  if (thread >= threads) { return; }
  let channel = thread % inner;
  var rest = thread / inner;
  let placeW = i32(rest % ${sizes}W);
  rest = rest / ${sizes}W;
  let placeH = i32(rest % ${sizes}H);
  rest = rest / ${sizes}H;
  let placeD = i32(rest % ${sizes}D);
  let n = rest / ${sizes}D;`;
}

/** Nested loops: `text(axis)` opens one. */
function nested(text: (axis: string) => string, body: string): string {
  return AXES.reduceRight((inside, axis) => `${text(axis)}\n${inside}\n  }`, body);
}

/** Element (at…) of the input, and (w…) of the result. */
const INPUT = `(((n * inD + u32(atD)) * inH + u32(atH)) * inW + u32(atW)) * inner + channel`;
const RESULT = `(((n * outD + u32(wD)) * outH + u32(wH)) * outW + u32(wW)) * inner + channel`;

/** The value of element `index` of a binding. */
function read({ lanes, isHalf }: PoolKind, binding: number, index: string): string {
  const element = `b${binding}[(o${binding} >> ${lanes === 4 ? 2 : 0}u) + ${index}]`;
  return isHalf ? loaded('f16', element, lanes) : element;
}

/** The bits of element `index` of a binding that is read for them. */
function readBits(kind: PoolKind, binding: number, index: string): string {
  const value = read(kind, binding, index);
  return kind.isHalf ? `bitcast<Bits>(${value})` : value;
}

/** Maximum or sum of the window of each result. */
export function poolText(kind: PoolKind): string {
  const value = (kind.fn === 'sum' ? read : readBits)(kind, 0, INPUT);
  const [start, step, result] =
    kind.fn === 'sum'
      ? ['var sum = Value();', `sum += ${value};`, 'sum']
      : [
          'var best = Bits(lowest);\n  var rank = order(best);',
          `let bits = ${value};
    let other = order(bits);
    best = select(best, bits, other > rank);
    rank = max(rank, other);`,
          'bitcast<Value>(best)',
        ];
  const loop = (
    axis: string,
  ): string => `  for (var k${axis} = 0u; k${axis} < window${axis}; k${axis}++) {
    let at${axis} = start${axis} + i32(k${axis} * dilation${axis});
    if (at${axis} < 0 || at${axis} >= i32(in${axis})) { continue; }`;
  return `${place('out')}
${AXES.map((axis) => `  let start${axis} = place${axis} * i32(stride${axis}) - i32(before${axis});`).join('\n')}
  ${start}
${nested(loop, `    ${step}`)}
  store(thread, ${result});`;
}

/**
 * Where windows do not share elements: a thread has a cell of one stride and writes all of it, the
 * cotangent where the window has it and 0 elsewhere. `branches`: what a window has not is left out by
 * a branch; software that runs several threads as one goes through both sides.
 */
export function spreadGradientText(kind: PoolKind, branches: boolean): string {
  const loop = (
    axis: string,
  ): string => `  for (var k${axis} = 0u; k${axis} < stride${axis}; k${axis}++) {
    let at${axis} = start${axis} + i32(k${axis});
    if (at${axis} < 0 || at${axis} >= i32(in${axis})) { continue; }
    let has${axis} = k${axis} < window${axis};`;
  const isFirst = `(order(${readBits(kind, 0, 'at')}) == rank) & free`;
  const taken = {
    sum: { always: 'cotangent', whereHad: 'select(Value(), cotangent, has)' },
    max: { always: isFirst, whereHad: `select(rank != rank, ${isFirst}, has)` },
  }[kind.fn][branches ? 'always' : 'whereHad'];
  const stores =
    kind.fn === 'sum'
      ? `store(at, ${taken});`
      : `let hit = ${taken};
    free = free & !hit;
    store(at, select(Value(), cotangent, hit));`;
  const leaving = `if (!has) {
      store(at, Value());
      continue;
    }
    `;
  return `${place('cells')}
${AXES.map(
  (axis) => `  let w${axis} = place${axis};
  let start${axis} = w${axis} * i32(stride${axis}) - i32(before${axis});`,
).join('\n')}
  let exists = wD < i32(outD) && wH < i32(outH) && wW < i32(outW);
  var cotangent = Value();
  ${kind.fn === 'max' ? 'var rank = Bits();\n  var free = rank != rank;' : ''}
  if (exists) {
    let window = ${RESULT};
    cotangent = ${read(kind, kind.fn === 'max' ? 2 : 0, 'window')};
    ${kind.fn === 'max' ? `rank = order(${readBits(kind, 1, 'window')});\n    free = rank == rank;` : ''}
  }
${nested(
  loop,
  `    let at = ${INPUT};
    let has = hasD && hasH && hasW;
    ${branches ? leaving : ''}${stores}`,
)}`;
}

/** Whether an earlier tap of window (w…) than (t…) has this rank. */
function earlier(kind: PoolKind): string {
  return `var free = order(${readBits(kind, 1, 'window')}) == rank;
    if (!any(free)) { continue; }
    let own = (tD * windowH + tH) * windowW + tW;
    for (var k = 0u; k < own; k++) {
      let atD = wD * i32(strideD) - i32(beforeD) + i32(k / (windowH * windowW) * dilationD);
      let atH = wH * i32(strideH) - i32(beforeH) + i32(k / windowW % windowH * dilationH);
      let atW = wW * i32(strideW) - i32(beforeW) + i32(k % windowW * dilationW);
      if (min(atD, min(atH, atW)) < 0) { continue; }
      if (atD >= i32(inD) || atH >= i32(inH) || atW >= i32(inW)) { continue; }
      free = free & (order(${readBits(kind, 0, INPUT)}) != rank);
      if (!any(free)) { break; }
    }
    sum += select(Value(), ${read(kind, 2, 'window')}, free);`;
}

/** Where they do: a thread has an element and adds up over the windows (w…) that hold it as tap (t…). */
export function gatheredGradientText(kind: PoolKind): string {
  const loop = (axis: string): string => {
    const reach = `i32((window${axis} - 1u) * dilation${axis})`;
    const stride = `i32(stride${axis})`;
    return `  let from${axis} = place${axis} + i32(before${axis});
  let first${axis} = (max(from${axis} - ${reach}, 0) + ${stride} - 1) / ${stride};
  let last${axis} = min(from${axis} / ${stride}, i32(out${axis}) - 1);
  for (var w${axis} = first${axis}; w${axis} <= last${axis}; w${axis}++) {
    let far${axis} = u32(from${axis} - w${axis} * ${stride});
    if (far${axis} % dilation${axis} != 0u) { continue; }
    let t${axis} = far${axis} / dilation${axis};`;
  };
  const taken = kind.fn === 'sum' ? `sum += ${read(kind, 0, 'window')};` : earlier(kind);
  return `${place('in')}
  ${kind.fn === 'max' ? `let rank = order(${readBits(kind, 0, 'thread')});` : ''}
  var sum = Value();
${nested(loop, `    let window = ${RESULT};\n    ${taken}`)}
  store(thread, sum);`;
}
