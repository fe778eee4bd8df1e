/**
 * Pooling. The runtime's MaxPool passes over NaN and calls a window of −∞ the lowest float, so it runs
 * only where a quick sum of everything is finite; else the window is gone through position by position.
 */
import type { PoolAttrs } from '@addax/core';
import { type Carrier, integerRange, isFloatCarrier, onnxType } from '../carriers.ts';
import type { Lowering, Lowerings } from '../lowering.ts';
import { valueInfo } from '../model.ts';
import { extreme, isNan, kept } from '../numbers.ts';
import type { Name, Scope } from '../scope.ts';
import { carrier, product, range, size, splatValue, stored, type Value } from '../value.ts';
import {
  activation,
  channelsFirst,
  isApart,
  isTiledBy,
  padSpatial,
  putTap,
  sizesOf,
  tapSlice,
  windowTaps,
} from './windows.ts';

/** What every lowering of a pooling needs. */
interface Pooling {
  readonly scope: Scope;
  readonly attrs: PoolAttrs;
  readonly held: Carrier;
  /** [batch, channels, spatial…] of input and result. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Whether windows lie side by side over the whole input. */
  readonly tiled: boolean;
  /** The lowest value, for padding of maxima. */
  readonly lowest: number | bigint;
}

function poolingOf(scope: Scope, attrs: PoolAttrs, x: Value, y: readonly number[]): Pooling {
  const held = carrier(x);
  const { layout } = attrs;
  const lowest = isFloatCarrier(held) ? -Infinity : integerRange(x.dtype)[0];
  const tiled = isTiledBy(attrs, x);
  const sizes = { x: sizesOf(x.shape, layout), y: sizesOf(y, layout) };
  return { scope, attrs, held, ...sizes, tiled, lowest };
}

function padded({ scope, attrs, held, x }: Pooling, name: Name, fill: number | bigint): Name {
  const low = attrs.padding.map(([before]) => before);
  const high = attrs.padding.map(([, after]) => after);
  return padSpatial(scope, name, x, low, high, scope.scalar(fill, held));
}

/** The window gone through position by position. */
function byTaps(pooling: Pooling, name: Name): Name {
  const { scope, attrs, y } = pooling;
  const sum = attrs.fn === 'sum';
  const source = padded(pooling, name, sum ? 0 : pooling.lowest);
  const counts = y.slice(2);
  let result: Name | undefined;
  for (const tap of windowTaps(attrs.window)) {
    const part = tapSlice(scope, source, tap, counts, attrs);
    if (result === undefined) result = part;
    else
      result = sum
        ? scope.node('Add', [result, part])
        : extreme(scope, 'Max', result, part, pooling.held);
  }
  return result!;
}

/** Whether the runtime's pooling takes the padding: none is negative or reaches over a window. */
function isOrdinary({ attrs, x }: Pooling): boolean {
  const fits = attrs.padding.every((pair, i) =>
    pair.every((pad) => pad >= 0 && pad < attrs.window[i]!),
  );
  return fits && x.length <= 5;
}

function windowAttributes({ attrs }: Pooling): Record<string, number[]> {
  const low = attrs.padding.map(([before]) => before);
  const high = attrs.padding.map(([, after]) => after);
  return {
    kernel_shape: [...attrs.window],
    strides: [...attrs.strides],
    dilations: [...attrs.dilation],
    pads: [...low, ...high],
  };
}

/** One of two ways to the same tensors, chosen when the model runs. */
function choose(
  pooling: Pooling,
  condition: Name,
  carriers: readonly Carrier[],
  results: readonly (readonly number[])[],
  fast: (inner: Scope) => readonly Name[],
  exact: (inner: Scope) => readonly Name[],
): readonly Name[] {
  const { scope } = pooling;
  const branch = (label: string, write: (inner: Scope) => readonly Name[]) => {
    const inner = scope.inner();
    const names = write(inner).map((name) => inner.node('Identity', [name]));
    const outputs = names.map((name, i) => valueInfo(name, onnxType(carriers[i]!), results[i]!));
    return inner.graph(label, [], outputs);
  };
  const attributes = { then_branch: branch('fast', fast), else_branch: branch('exact', exact) };
  return scope.nodeOf('If', [condition], attributes, results.length);
}

/** True if no element is NaN or infinite (or so large that their sum is). */
function isTame({ scope }: Pooling, name: Name): Name {
  const sum = scope.node('ReduceSum', [name], { keepdims: 0 });
  const size = scope.node('Abs', [sum]);
  return scope.node('Less', [size, scope.scalar(Infinity, 'float32')]);
}

/** The first maximum of each window and where it lies in the whole input, position by position. */
function maximaByTaps(pooling: Pooling, name: Name): readonly [values: Name, places: Name] {
  const { scope, attrs, y } = pooling;
  const counts = y.slice(2);
  const starts = planeStarts(pooling);
  let best: Name | undefined;
  let places: Name | undefined;
  for (const tap of windowTaps(attrs.window)) {
    const part = tapSlice(scope, name, tap, counts, attrs);
    const inPlane = scope.model.tensor('int64', counts, tapPlaces(pooling, tap));
    const here = scope.node('Add', [starts, inPlane]);
    if (best === undefined || places === undefined) {
      best = part;
      places = scope.node('Expand', [here, scope.ints(y)]);
      continue;
    }
    const isNumber = scope.node('Not', [isNan(scope, best)]);
    const nan = scope.node('And', [isNan(scope, part), isNumber]);
    const wins = scope.node('Or', [scope.node('Greater', [part, best]), nan]);
    best = scope.node('Where', [wins, part, best]);
    places = scope.node('Where', [wins, here, places]);
  }
  return [best!, places!];
}

/** Where a window position lies within one plane of the input, per position of the result. */
function tapPlaces({ attrs, x, y }: Pooling, tap: readonly number[]): number[] {
  let places = [0];
  tap.forEach((offset, i) => {
    const at = (window: number): number => window * attrs.strides[i]! + offset * attrs.dilation[i]!;
    places = places.flatMap((place) => range(y[i + 2]!).map((w) => place * x[i + 2]! + at(w)));
  });
  return places;
}

function pooled({ scope, attrs, inputs, outputs, hasGradient }: Lowering<'pool'>): Value {
  const x = inputs[0]!;
  if (x.phases !== undefined) {
    return activation(scope.node('Max', x.phases), outputs[0]!, attrs.layout);
  }
  const pooling = poolingOf(scope, attrs, x, outputs[0]!.shape);
  const name = stored(scope, x, channelsFirst(attrs.layout, x.shape.length));
  if (attrs.fn === 'max' && hasGradient && unpools(pooling)) {
    const [y, places] = choose(
      pooling,
      isTame(pooling, name),
      [pooling.held, 'int64'],
      [pooling.y, pooling.y],
      (inner) => inner.nodeOf('MaxPool', [name], windowAttributes(pooling), 2),
      (inner) => maximaByTaps({ ...pooling, scope: inner }, name),
    );
    const result = activation(kept(scope, y!, outputs[0]!.dtype), outputs[0]!, attrs.layout);
    return { ...result, pooled: { source: name, key: JSON.stringify(attrs), places: places! } };
  }
  return activation(
    kept(scope, pooledTensor(pooling, name), outputs[0]!.dtype),
    outputs[0]!,
    attrs.layout,
  );
}

function pooledTensor(pooling: Pooling, name: Name): Name {
  const { scope, attrs, held, x, y } = pooling;
  if (attrs.fn === 'sum' && coversAll(pooling)) {
    const axes = range(x.length).slice(2);
    return scope.node('ReduceSum', [name, scope.ints(axes)], { keepdims: 1 });
  }
  if (held !== 'float32' || !isOrdinary(pooling)) return byTaps(pooling, name);
  if (attrs.fn === 'max') {
    return choose(
      pooling,
      isTame(pooling, name),
      [held],
      [y],
      (inner) => [inner.node('MaxPool', [name], windowAttributes(pooling))],
      (inner) => [byTaps({ ...pooling, scope: inner }, name)],
    )[0]!;
  }
  if (attrs.dilation.some((step) => step > 1)) return byTaps(pooling, name);
  const { dilations: _, ...attributes } = windowAttributes(pooling);
  const mean = scope.node('AveragePool', [name], { ...attributes, count_include_pad: 1 });
  return scope.node('Mul', [mean, scope.scalar(product(attrs.window), held)]);
}

/** Whether the one window is the whole input. */
function coversAll({ attrs, x, y }: Pooling): boolean {
  const whole = attrs.window.every((length, i) => length === x[i + 2] && attrs.dilation[i] === 1);
  const bare = attrs.padding.every(([before, after]) => before === 0 && after === 0);
  return whole && bare && y.slice(2).every((count) => count === 1);
}

/** How far the windows reach over the padded input. */
function coveredBy({ attrs, y }: Pooling): number[] {
  return attrs.window.map(
    (length, i) => (y[i + 2]! - 1) * attrs.strides[i]! + (length - 1) * attrs.dilation[i]! + 1,
  );
}

/** What lies in the padding cut off, and what no window reached filled with zeros. */
function unpadded(pooling: Pooling, name: Name, covered: readonly number[]): Name {
  const { scope, attrs, held, x } = pooling;
  const low = attrs.padding.map(([before]) => -before);
  const high = x.slice(2).map((length, i) => length - low[i]! - covered[i]!);
  const sizes = [x[0]!, x[1]!, ...covered];
  return padSpatial(scope, name, sizes, low, high, scope.scalar(0, held));
}

/** Cotangents put where each position of the window reads; maxima go to the first one. */
function gradientByTaps(pooling: Pooling, x: Name, ct: Name, forward: Name | undefined): Name {
  const { scope, attrs, held, y } = pooling;
  const counts = y.slice(2);
  const covered = coveredBy(pooling);
  const zero = scope.scalar(0, held);
  const source = attrs.fn === 'max' ? padded(pooling, x, pooling.lowest) : x;
  let taken: Name | undefined;
  let sum: Name | undefined;
  for (const tap of windowTaps(attrs.window)) {
    let part = ct;
    if (forward !== undefined) {
      const seen = tapSlice(scope, source, tap, counts, attrs);
      let wins = scope.node('Equal', [seen, forward]);
      if (isFloatCarrier(held)) {
        const nans = scope.node('And', [isNan(scope, seen), isNan(scope, forward)]);
        wins = scope.node('Or', [wins, nans]);
      }
      const first =
        taken === undefined ? wins : scope.node('And', [wins, scope.node('Not', [taken])]);
      taken = taken === undefined ? wins : scope.node('Or', [taken, wins]);
      part = scope.node('Where', [first, ct, zero]);
    }
    const spread = putTap(scope, part, y, tap, covered, attrs, zero);
    sum = sum === undefined ? spread : scope.node('Add', [sum, spread]);
  }
  return unpadded(pooling, sum!, covered);
}

/** Float32 counts up to here without gaps. */
const COUNTABLE = 2 ** 24;

/**
 * Which position of each window has its first maximum: as a place in the whole input. It is counted
 * in float32 as far as that goes, which the runtime is much quicker at than at int64.
 */
function placesOfPhases(pooling: Pooling, phases: readonly Name[], y: Name): Name {
  const { scope, attrs, x } = pooling;
  const counts = pooling.y.slice(2);
  const offsets = windowTaps(attrs.window).map((tap) =>
    tap.reduce((place, at, i) => place * x[i + 2]! + at, 0),
  );
  // How far the place is from the window's first: the next one's distance, if the first loses, …
  let distance: Name | undefined;
  for (let i = phases.length - 2; i >= 0; i--) {
    // Asked this way round, a window with a NaN still has a position, which hands the NaN on.
    const loses = scope.castTo(scope.node('Less', [phases[i]!, y]), 'float32');
    const step = scope.scalar(offsets[i + 1]! - offsets[i]!, 'float32');
    const further = distance === undefined ? step : scope.node('Add', [step, distance]);
    distance = scope.node('Mul', [loses, further]);
  }
  const held = product(x) <= COUNTABLE ? 'float32' : 'int64';
  const corner = tapPlaces(
    pooling,
    counts.map(() => 0),
  );
  const inPlane = scope.model.tensor(held, counts, corner);
  const corners = scope.node('Add', [planeStarts(pooling, held), inPlane]);
  const zero = scope.scalar(0, 'float32');
  const moved = held === 'float32' ? (distance ?? zero) : scope.castTo(distance ?? zero, held);
  const places = scope.node('Add', [corners, moved]);
  return held === 'int64' ? places : scope.castTo(places, 'int64');
}

/** Where each plane of the input begins, shaped to be added to places in a plane. */
function planeStarts({ scope, x }: Pooling, held: Carrier = 'int64'): Name {
  const plane = product(x.slice(2));
  const starts = range(x[0]! * x[1]!).map((i) => i * plane);
  const ones = x.slice(2).map(() => 1);
  return scope.model.tensor(held, [x[0]!, x[1]!, ...ones], starts);
}

function gradient({ scope, attrs, inputs, outputs }: Lowering<'poolGrad'>): Value {
  const [xValue, yValue, ctValue] = inputs as [Value, Value, Value];
  const pooling = poolingOf(scope, attrs, xValue, yValue.shape);
  const order = channelsFirst(attrs.layout, xValue.shape.length);
  const ct = stored(scope, ctValue, order);
  const { phases } = xValue;
  if (phases !== undefined) {
    const places = placesOfPhases(pooling, phases, stored(scope, yValue, order));
    return activation(unpooled(pooling, ct, places), outputs[0]!, attrs.layout);
  }
  const name =
    attrs.fn === 'sum'
      ? sumGradient(pooling, ct)
      : maxGradient(pooling, stored(scope, xValue, order), ct, yValue, () =>
          stored(scope, yValue, order),
        );
  return activation(kept(scope, name, outputs[0]!.dtype), outputs[0]!, attrs.layout);
}

function sumGradient(pooling: Pooling, ct: Name): Name {
  const { scope, attrs, held, x } = pooling;
  if (coversAll(pooling)) return scope.node('Expand', [ct, scope.ints(x)]);
  if (held === 'float32' && pooling.tiled) {
    const scales = scope.model.tensor('float32', [x.length], [1, 1, ...attrs.window]);
    return scope.node('Resize', [ct, '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }
  return gradientByTaps(pooling, ct, ct, undefined);
}

/** Whether the places of maxima lead back: windows lie side by side, in floats. */
function unpools(pooling: Pooling): boolean {
  return pooling.held === 'float32' && isApart(pooling.attrs) && pooling.x.length <= 5;
}

function maxGradient(pooling: Pooling, x: Name, ct: Name, y: Value, forward: () => Name): Name {
  const { attrs } = pooling;
  const known = y.pooled;
  const isSame = known?.source === x && known.key === JSON.stringify(attrs);
  if (!isSame || !unpools(pooling)) return gradientByTaps(pooling, x, ct, forward());
  return unpooled(pooling, ct, known.places);
}

/** Cotangents put at places of the whole input. */
function unpooled({ scope, attrs, x }: Pooling, ct: Name, places: Name): Name {
  const attributes = { kernel_shape: attrs.window, strides: attrs.strides };
  return scope.node('MaxUnpool', [ct, places, scope.ints(x)], attributes);
}

export const POOLING: Lowerings<'pool' | 'poolGrad'> = {
  pool: (context) => [isEmpty(context) ? empty(context) : pooled(context)],
  poolGrad: (context) => [isEmpty(context) ? empty(context) : gradient(context)],
};

type Context = Pick<Lowering<'pool'>, 'scope' | 'inputs' | 'outputs'>;

function isEmpty({ inputs }: Context): boolean {
  return inputs.some((input) => size(input) === 0);
}

function empty({ scope, outputs }: Context): Value {
  return splatValue(scope, 0, outputs[0]!);
}
