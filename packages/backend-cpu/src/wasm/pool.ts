/** Max pooling on vector code, where windows lie inside the input and channels come in fours. */
import type { WasmFunction } from '@addax/codegen';
import type { Call, CallContext, NodeOf } from '../library/call.ts';
import { gridOf, windowPositions, windowsOf } from '../library/spatial.ts';
import type { Grid } from '../library/spatial.ts';
import type { WasmKernel } from './compile.ts';
import { maxPoolCode, maxPoolGradCode } from './pool-code.ts';
import type { OffsetTable } from './product.ts';
import { positionsOf } from '../library/conv.ts';
import type { Offsets } from '../library/strided.ts';

/** What pooling needs of its backend and graph. */
export interface PoolParts {
  compile(code: WasmFunction): WasmKernel;
  table(offsets: Offsets): OffsetTable;
}

/** Most positions of a window that are written out as code. */
const MAX_TAPS = 64;

interface Windowing {
  readonly taps: readonly number[];
  readonly starts: Offsets;
  readonly channelBytes: number;
  readonly overlaps: boolean;
}

/** The windows of a node as offsets; undefined for what the library does as it is. */
function windowing(
  attrs: NodeOf<'pool'>['attrs'],
  input: Grid,
  output: Grid,
): Windowing | undefined {
  const { fn, layout, window } = attrs;
  const windows = windowsOf(attrs, window);
  const isInside = output.sizes.every((size, i) => {
    const last = (size - 1) * windows.strides[i] + (windows.window[i] - 1) * windows.dilation[i];
    return windows.before[i] === 0 && last < input.sizes[i];
  });
  const taps = windowPositions(windows.window, windows.dilation);
  const count = taps.length / 3;
  const isVector = fn === 'max' && layout === 'channelsLast' && input.channels % 4 === 0;
  if (!isVector || !isInside || count > MAX_TAPS || input.channels === 0) return undefined;
  const { strides } = input;
  return {
    taps: Array.from({ length: count }, (_, tap) =>
      [0, 1, 2].reduce((sum, i) => sum + 4 * taps[3 * tap + i] * strides[i], 0),
    ),
    starts: positionsOf(input, output.sizes, windows.strides),
    channelBytes: 4 * input.channels,
    overlaps: windows.window.some(
      (size, i) => size > 1 && (windows.dilation[i] > 1 || size > windows.strides[i]),
    ),
  };
}

/** Prepares `pool`, or leaves it to the library. */
export function pool(
  node: NodeOf<'pool'>,
  { avals }: CallContext,
  parts: PoolParts,
): Call | undefined {
  const aval = avals[node.inputs[0]];
  const { layout } = node.attrs;
  const output = gridOf(avals[node.outputs[0]].shape, layout);
  const found = windowing(node.attrs, gridOf(aval.shape, layout), output);
  if (found === undefined || aval.dtype !== 'float32') return undefined;
  const kernel = parts.compile(maxPoolCode(found.taps, found.channelBytes));
  const starts = parts.table(found.starts);
  const count = found.starts.size;
  return ([x], [y]) => kernel(x.byteOffset, y.byteOffset, starts.place(), count);
}

/** Prepares `poolGrad`, or leaves it to the library. */
export function poolGrad(
  node: NodeOf<'poolGrad'>,
  { avals }: CallContext,
  parts: PoolParts,
): Call | undefined {
  const [input, output] = node.inputs.map((value) => avals[value]);
  const { layout } = node.attrs;
  const found = windowing(node.attrs, gridOf(input.shape, layout), gridOf(output.shape, layout));
  if (found === undefined || found.overlaps || input.dtype !== 'float32') return undefined;
  const kernel = parts.compile(maxPoolGradCode(found.taps, found.channelBytes));
  const starts = parts.table(found.starts);
  const count = found.starts.size;
  return ([x, , ct], [dx]) => {
    dx.fill(0);
    const shift = dx.byteOffset - x.byteOffset;
    kernel(x.byteOffset, ct.byteOffset, starts.place(), count, shift);
  };
}
