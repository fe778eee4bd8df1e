/**
 * Convolutions, channels first inside the model whatever the graph says. The gradient of the input is
 * ConvTranspose, or a product of patches where several threads divide it; that of the kernel is a
 * product of patches. That is what the runtime is quickest at. Types that it has no Conv for go by
 * patches altogether.
 */
import type { ConvAttrs, PoolAttrs } from '@addax/core';
import type { Lowering, Lowerings } from '../lowering.ts';
import { kept } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import {
  carrier,
  product,
  range,
  reshapeTo,
  size,
  splatValue,
  stored,
  type Value,
} from '../value.ts';
import { reduceNode } from './reduce.ts';
import { sliceAxis } from './shape.ts';
import {
  activation,
  channelsFirst,
  padSpatial,
  putTap,
  sizesOf,
  tapSlice,
  windowTaps,
} from './windows.ts';

/** [*K, C/groups, O] → [O, C/groups, *K]. */
function kernelFirst(scope: Scope, kernel: Value): Name {
  const rank = kernel.shape.length;
  return stored(scope, kernel, [rank - 1, rank - 2, ...range(rank - 2)]);
}

/** What the three convolutions share. */
interface Geometry {
  readonly window: readonly number[];
  readonly groups: number;
  readonly perGroup: number;
  readonly filters: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

function geometry(
  attrs: ConvAttrs,
  x: readonly number[],
  kernel: readonly number[],
  y: readonly number[],
): Geometry {
  const rank = kernel.length;
  return {
    window: kernel.slice(0, rank - 2),
    groups: attrs.groups,
    perGroup: kernel[rank - 2]!,
    filters: kernel[rank - 1]!,
    x: sizesOf(x, attrs.layout),
    y: sizesOf(y, attrs.layout),
  };
}

/** Padding and cropping as the runtime's attribute has it; cropping needs a node of its own. */
function padsOf({ padding }: ConvAttrs): { readonly pads: number[]; readonly crops: boolean } {
  const low = padding.map(([before]) => before);
  const high = padding.map(([, after]) => after);
  return { pads: [...low, ...high], crops: [...low, ...high].some((pad) => pad < 0) };
}

function padded(scope: Scope, x: Value, attrs: ConvAttrs, sizes: readonly number[]): Name {
  const name = stored(scope, x, channelsFirst(attrs.layout, sizes.length));
  const low = attrs.padding.map(([before]) => before);
  const high = attrs.padding.map(([, after]) => after);
  return padSpatial(scope, name, sizes, low, high, scope.scalar(0, carrier(x)));
}

/** Patches [batch, groups, positions of the window · channels, positions of the result]. */
function patches(scope: Scope, x: Value, attrs: ConvAttrs, g: Geometry): Name {
  const source = padded(scope, x, attrs, g.x);
  const counts = g.y.slice(2);
  const [batch, places] = [g.x[0]!, product(counts)];
  const taps = windowTaps(g.window).map((tap) =>
    reshapeTo(scope, tapSlice(scope, source, tap, counts, attrs), [
      batch,
      g.groups,
      g.perGroup,
      places,
    ]),
  );
  return taps.length === 1 ? taps[0]! : scope.node('Concat', taps, { axis: 2 });
}

/** [*K, C/groups, O] → [groups, O/groups, K · C/groups]. */
function kernelRows(scope: Scope, kernel: Value, g: Geometry): Name {
  const taps = product(g.window) * g.perGroup;
  const rank = kernel.shape.length;
  const flat = reshapeTo(scope, stored(scope, kernel, [rank - 1, ...range(rank - 1)]), [
    g.groups,
    g.filters / g.groups,
    taps,
  ]);
  return flat;
}

/** Whether the runtime's Conv takes the type and rank. */
function hasConv(value: Value): boolean {
  return carrier(value) === 'float32' && value.shape.length <= 5;
}

function convolved({ scope, attrs, inputs, outputs }: Lowering<'conv'>): Value {
  const [x, kernel] = inputs as [Value, Value];
  const g = geometry(attrs, x.shape, kernel.shape, outputs[0]!.shape);
  const { dtype } = outputs[0]!;
  if (!hasConv(x)) {
    const columns = patches(scope, x, attrs, g);
    const rows = kernelRows(scope, kernel, g);
    const y = reshapeTo(scope, scope.node('MatMul', [rows, columns]), g.y);
    return activation(kept(scope, y, dtype), outputs[0]!, attrs.layout);
  }
  const { pads, crops } = padsOf(attrs);
  const source = crops
    ? padded(scope, x, attrs, g.x)
    : stored(scope, x, channelsFirst(attrs.layout, x.shape.length));
  const y = scope.node('Conv', [source, kernelFirst(scope, kernel)], {
    kernel_shape: g.window,
    strides: attrs.strides,
    dilations: attrs.dilation,
    pads: crops ? pads.map(() => 0) : pads,
    group: attrs.groups,
  });
  return activation(kept(scope, y, dtype), outputs[0]!, attrs.layout);
}

/**
 * The convolution as one strided convolution per position of the pooling window that follows: the
 * maximum of those is the pooled result, and they say which position won.
 */
function inPhases({ scope, attrs, inputs, outputs }: Lowering<'conv'>, pool: PoolAttrs): Value {
  const [x, kernel] = inputs as [Value, Value];
  const g = geometry(attrs, x.shape, kernel.shape, outputs[0]!.shape);
  const source = stored(scope, x, channelsFirst(attrs.layout, x.shape.length));
  const weights = kernelFirst(scope, kernel);
  const strides = attrs.strides.map((stride, i) => stride * pool.window[i]!);
  const phases = windowTaps(pool.window).map((tap) => {
    const low = tap.map((at, i) => attrs.padding[i]![0] - at * attrs.strides[i]!);
    const high = low.map((before, i) => {
      const windows = g.y[i + 2]! / pool.window[i]!;
      const reach = (windows - 1) * strides[i]! + (g.window[i]! - 1) * attrs.dilation[i]! + 1;
      return Math.max(reach - before - g.x[i + 2]!, 0);
    });
    const crops = low.some((pad) => pad < 0);
    const read = crops
      ? padSpatial(scope, source, g.x, low, high, scope.scalar(0, 'float32'))
      : source;
    return scope.node('Conv', [read, weights], {
      kernel_shape: g.window,
      strides,
      dilations: attrs.dilation,
      pads: crops ? [...low, ...high].map(() => 0) : [...low, ...high],
      group: attrs.groups,
    });
  });
  return { ...activation('', outputs[0]!, attrs.layout), phases };
}

function inputGradient({ scope, attrs, inputs, outputs }: Lowering<'convGradInput'>): Value {
  const [ct, kernel] = inputs as [Value, Value];
  const g = geometry(attrs, attrs.inputShape, kernel.shape, ct.shape);
  const y = stored(scope, ct, channelsFirst(attrs.layout, ct.shape.length));
  const spatial = g.x.slice(2);
  // The transposed convolution without padding covers the padded input up to the last window.
  const reach = g.window.map((length, i) => (length - 1) * attrs.dilation[i]! + 1);
  const covered = reach.map((length, i) => (g.y[i + 2]! - 1) * attrs.strides[i]! + length);
  const low = attrs.padding.map(([before]) => before);
  const high = spatial.map((length, i) => low[i]! + length - covered[i]!);
  // high < 0: this many covered positions are padding; > 0: so many inputs are never read.
  const after = high.map((rest) => Math.max(-rest, 0));
  const missing = high.map((rest) => Math.max(rest, 0));
  const simple = low.every((pad) => pad >= 0) && missing.every((rest) => rest === 0);
  const { dtype } = outputs[0]!;
  if (!hasConv(ct)) return gradientByTaps({ scope, attrs, outputs }, y, kernel, g, covered);
  if (dividesPatches(scope, attrs, g)) {
    const patches = gradientOfPatches(scope, y, kernel, attrs, g);
    return activation(kept(scope, patches, dtype), outputs[0]!, attrs.layout);
  }
  const attributes = {
    kernel_shape: g.window,
    strides: attrs.strides,
    dilations: attrs.dilation,
    group: attrs.groups,
    pads: simple ? [...low, ...after] : [...low, ...low].map(() => 0),
  };
  let name = scope.node('ConvTranspose', [y, kernelFirst(scope, kernel)], attributes);
  if (!simple) {
    const sizes = [...g.x.slice(0, 2), ...covered];
    const opposite = low.map((pad) => -pad);
    name = padSpatial(scope, name, sizes, opposite, high, scope.scalar(0, 'float32'));
  }
  return activation(kept(scope, name, dtype), outputs[0]!, attrs.layout);
}

/** Elements that the gradient of all patches may have at most. */
const MOST_PATCHES = 2 ** 23;

/**
 * Whether the gradient is one product for the whole batch, and a sum of its patches: ConvTranspose
 * does the same image by image, so that threads have little to divide among them.
 */
function dividesPatches(scope: Scope, attrs: ConvAttrs, g: Geometry): boolean {
  const { target, threads } = scope.model;
  const isPlane = g.window.length === 2 && g.groups === 1;
  const isPadded = attrs.padding.flat().every((pad) => pad >= 0);
  const places = product([g.y[0]!, ...g.y.slice(2)]);
  const isLarge = product(g.window) * g.perGroup * places > MOST_PATCHES;
  return target === 'cpu' && threads > 1 && isPlane && isPadded && !isLarge;
}

function gradientOfPatches(
  scope: Scope,
  y: Name,
  kernel: Value,
  attrs: ConvAttrs,
  g: Geometry,
): Name {
  const taps = g.perGroup * product(g.window);
  const weights = reshapeTo(scope, kernelFirst(scope, kernel), [1, g.filters, taps]);
  const rows = reshapeTo(scope, y, [g.y[0]!, g.filters, product(g.y.slice(2))]);
  const patches = scope.microsoft('FusedMatMul', [weights, rows], { transA: 1 });
  const sizes = [scope.ints(g.x.slice(2)), scope.ints(g.window)];
  return scope.node('Col2Im', [patches, ...sizes], {
    strides: attrs.strides,
    dilations: attrs.dilation,
    pads: [...attrs.padding.map(([low]) => low), ...attrs.padding.map(([, high]) => high)],
  });
}

/** Each window position's share of the gradient put where it was read, and all added up. */
function gradientByTaps(
  { scope, attrs, outputs }: Pick<Lowering<'convGradInput'>, 'scope' | 'attrs' | 'outputs'>,
  y: Name,
  kernel: Value,
  g: Geometry,
  covered: readonly number[],
): Value {
  const { dtype } = outputs[0]!;
  const counts = g.y.slice(2);
  const [batch, places] = [g.x[0]!, product(counts)];
  const rows = reshapeTo(scope, y, [batch, g.groups, g.filters / g.groups, places]);
  const weights = scope.node('Transpose', [kernelRows(scope, kernel, g)], { perm: [0, 2, 1] });
  const shares = scope.node('MatMul', [weights, rows]);
  const zero = scope.scalar(0, carrier(kernel));
  const sizes = [batch, g.groups * g.perGroup, ...counts];
  let sum: Name | undefined;
  windowTaps(g.window).forEach((tap, i) => {
    const from = i * g.perGroup;
    const part = reshapeTo(scope, sliceAxis(scope, shares, 2, from, from + g.perGroup), sizes);
    const spread = putTap(scope, part, sizes, tap, covered, attrs, zero);
    sum = sum === undefined ? spread : scope.node('Add', [sum, spread]);
  });
  const low = attrs.padding.map(([before]) => -before);
  const high = g.x.slice(2).map((length, i) => length - low[i]! - covered[i]!);
  const all = [batch, g.groups * g.perGroup, ...covered];
  const name = padSpatial(scope, sum!, all, low, high, zero);
  return activation(kept(scope, name, dtype), outputs[0]!, attrs.layout);
}

function kernelGradient({ scope, attrs, inputs, outputs }: Lowering<'convGradKernel'>): Value {
  const [x, ct] = inputs as [Value, Value];
  const g = geometry(attrs, x.shape, attrs.kernelShape, ct.shape);
  const { shape, dtype } = outputs[0]!;
  const columns = patches(scope, x, attrs, g);
  const places = product(g.y.slice(2));
  const each = g.filters / g.groups;
  const y = reshapeTo(scope, stored(scope, ct, channelsFirst(attrs.layout, ct.shape.length)), [
    g.y[0]!,
    g.groups,
    each,
    places,
  ]);
  const fused = scope.model.target === 'cpu' && carrier(x) !== 'int32' && carrier(x) !== 'int64';
  const products = fused
    ? scope.microsoft('FusedMatMul', [columns, y], { transB: 1 })
    : scope.node('MatMul', [columns, scope.node('Transpose', [y], { perm: [0, 1, 3, 2] })]);
  // [groups, K · C/groups, O/groups] → [K · C/groups, groups, O/groups]
  const sum = reduceNode(scope, 'ReduceSum', products, [0]);
  const ordered = g.groups === 1 ? sum : scope.node('Transpose', [sum], { perm: [1, 0, 2] });
  const name = kept(scope, reshapeTo(scope, ordered, shape), dtype);
  return { name, dtype, shape, dims: shape };
}

export const CONVOLUTIONS: Lowerings<'conv' | 'convGradInput' | 'convGradKernel'> = {
  conv(context) {
    if (isEmpty(context)) return [zeros(context)];
    const { phasesFor } = context;
    return [phasesFor === undefined ? convolved(context) : inPhases(context, phasesFor)];
  },
  convGradInput: (context) => [isEmpty(context) ? zeros(context) : inputGradient(context)],
  convGradKernel: (context) => [isEmpty(context) ? zeros(context) : kernelGradient(context)],
};

type Context = Pick<Lowering<'conv'>, 'scope' | 'inputs' | 'outputs'>;

function isEmpty({ inputs }: Context): boolean {
  return inputs.some((input) => size(input) === 0);
}

function zeros({ scope, outputs }: Context): Value {
  return splatValue(scope, 0, outputs[0]!);
}
