/**
 * Pooling and its gradient. Both layouts are one: [outer, depth, height, width, inner], where inner
 * are the channels if they come last, and 1 if they stand beside the batch. Four channels are one
 * vector where sizes allow. The texts are in pool-text.ts.
 */
import { type Aval, type PoolAttrs, sizeOf } from '@addax/core';
import type { Operand } from '../launch.ts';
import { isHalf, stored, type StoredType, storedType, valueType } from '../storage.ts';
import type { Call, Lowering } from './call.ts';
import { keep, lowestBits, order } from './elements.ts';
import {
  gatheredGradientText,
  NAMES,
  poolText,
  type PoolKind,
  spreadGradientText,
} from './pool-text.ts';
import { type Binding, flatGroups, shader, word } from './words.ts';

const THREADS = 64;

/** The last three of the values, filled up from the front. */
function triple(values: readonly number[], missing: number): number[] {
  return [missing, missing, missing, ...values].slice(-3);
}

function spatialOf({ shape }: Aval, { layout }: PoolAttrs): number[] {
  return triple(layout === 'channelsLast' ? shape.slice(1, -1) : shape.slice(2), 1);
}

function innerOf({ shape }: Aval, { layout }: PoolAttrs): number {
  return layout === 'channelsLast' ? shape.at(-1)! : 1;
}

/** Parameters behind the number of threads, in the order of {@link NAMES}. */
function geometry(attrs: PoolAttrs, x: Aval, y: Aval, lanes: number): number[] {
  const sizes = spatialOf(x, attrs);
  const strides = triple(attrs.strides, 1);
  const before = triple(
    attrs.padding.map(([low]) => low),
    0,
  );
  return [
    innerOf(x, attrs) / lanes,
    ...spatialOf(y, attrs),
    ...sizes,
    ...triple(attrs.window, 1),
    ...strides,
    ...before,
    ...triple(attrs.dilation, 1),
    ...cellsOf(sizes, strides, before),
    lowestBits(x.dtype),
  ];
}

/** Cells of one stride each, which together cover the input. */
function cellsOf(sizes: number[], strides: number[], before: number[]): number[] {
  return sizes.map((size, i) => Math.ceil((size + before[i]!) / strides[i]!));
}

/** Whether no element is in two windows, and windows have no gaps. */
function areApart({ window, strides, dilation }: PoolAttrs): boolean {
  return window.every((size, i) => size <= strides[i]! && (dilation[i] === 1 || size === 1));
}

type Read = readonly [operand: Operand, type: StoredType];

/** Four channels are a vector if every operand takes them so. */
function lanesOf(call: Call, attrs: PoolAttrs, x: Aval, operands: readonly Operand[]): 1 | 4 {
  const aligned = operands.every((operand) => call.isAligned(operand));
  return aligned && innerOf(x, attrs) % 4 === 0 ? 4 : 1;
}

/** `fn store(at, value)`: stores a result, or hands it to the epilogue. */
function storing(kind: PoolKind, binding: number, fused: boolean): string {
  const parts = kind.lanes === 4 ? ['.x', '.y', '.z', '.w'] : [''];
  const kept = parts.map((part) => `keep(value${part})`);
  const target = `b${binding}[(${word(binding)} >> ${kind.lanes === 4 ? 2 : 0}u) + at]`;
  const type = kind.isHalf ? 'f16' : valueType(kind.dtype);
  const lines = fused
    ? kept.map((value, i) => `finish(at * ${kind.lanes}u + ${i}u, ${value});`)
    : [`${target} = ${stored(type, `Value(${kept.join(', ')})`, kind.lanes)};`];
  return `fn store(at: u32, value: Value) {\n  ${lines.join('\n  ')}\n}`;
}

/** Launches a kernel of `threads` threads. */
function launch(
  call: Call,
  kernel: {
    readonly label: string;
    readonly kind: PoolKind;
    readonly reads: readonly Read[];
    readonly threads: number;
    readonly params: readonly number[];
    readonly body: string;
  },
): void {
  const { epilogue, abilities } = call;
  const { label, kind, reads, threads, params, body } = kernel;
  const fused = epilogue !== undefined;
  const type = storedType(kind.dtype, abilities);
  const vector = <T extends StoredType>(of: T): T | `vec4<${T}>` =>
    kind.lanes === 4 ? `vec4<${of}>` : of;
  const bindings = reads.map(([, of]): Binding => ({ use: 'read', type: vector(of) }));
  const operands = reads.map(([operand]) => operand);
  const words = [threads, ...params];
  const made = shader({
    label,
    bindings: fused ? bindings : [...bindings, { use: 'write', type: vector(type) }],
    names: NAMES,
    threads: THREADS,
    declarations: `alias Bits = ${vector('u32')};
alias Value = ${vector(valueType(kind.dtype))};
${keep(kind.dtype)}
${order(kind.dtype)}
${storing(kind, reads.length, fused)}`,
    body,
    epilogue,
  });
  call.launch(
    made,
    fused ? [...operands, ...epilogue.operands] : [...operands, call.output(0)],
    fused ? [...words, ...epilogue.params] : words,
    flatGroups(threads, THREADS, abilities.maxGroups),
  );
}

/** Maxima are chosen by the bits of values. */
function bitsType({ isHalf: half }: Pick<PoolKind, 'isHalf'>): StoredType {
  return half ? 'f16' : 'u32';
}

/** Maximum or sum of windows. */
export const pool: Lowering<'pool'> = (node, call) => {
  const { attrs } = node;
  const x = call.avals[node.inputs[0]!]!;
  const y = call.avals[node.outputs[0]!]!;
  if (sizeOf(y.shape) === 0) return;
  const { fn } = attrs;
  const targets = call.epilogue === undefined ? [call.output(0)] : [];
  const lanes = lanesOf(call, attrs, x, [call.input(0), ...targets]);
  const kind: PoolKind = { fn, dtype: x.dtype, isHalf: isHalf(x.dtype, call.abilities), lanes };
  launch(call, {
    label: `pool ${fn}`,
    kind,
    reads: [[call.input(0), fn === 'max' ? bitsType(kind) : storedType(x.dtype, call.abilities)]],
    threads: sizeOf(y.shape) / lanes,
    params: geometry(attrs, x, y, lanes),
    body: poolText(kind),
  });
};

/** Gradient of pooling from x, its result and the cotangent of that. */
export const poolGrad: Lowering<'poolGrad'> = (node, call) => {
  const { attrs } = node;
  const x = call.avals[node.inputs[0]!]!;
  const y = call.avals[node.inputs[1]!]!;
  const count = sizeOf(x.shape);
  if (count === 0) return;
  const { fn } = attrs;
  const half = isHalf(x.dtype, call.abilities);
  const bits = bitsType({ isHalf: half });
  const cotangent: Read = [call.input(2), storedType(x.dtype, call.abilities)];
  const reads: Read[] =
    fn === 'max' ? [[call.input(0), bits], [call.input(1), bits], cotangent] : [cotangent];
  const targets = call.epilogue === undefined ? [call.output(0)] : [];
  const lanes = lanesOf(call, attrs, x, [...reads.map(([operand]) => operand), ...targets]);
  const kind: PoolKind = { fn, dtype: x.dtype, isHalf: half, lanes };
  const apart = areApart(attrs);
  const spatial = spatialOf(x, attrs);
  const params = geometry(attrs, x, y, lanes);
  const cells = sizeOf(params.slice(NAMES.indexOf('cellsD') - 1, NAMES.indexOf('cellsD') + 2));
  launch(call, {
    label: `poolGrad ${fn}`,
    kind,
    reads,
    threads: apart ? (count / lanes / sizeOf(spatial)) * cells : count / lanes,
    params,
    body: apart ? spreadGradientText(kind, !call.abilities.quadLoads) : gatheredGradientText(kind),
  });
};
