/**
 * Products, convolutions and max pooling of float32, and random bits, on vector code. Everything else
 * of the library runs as it is, on views of the memory.
 */
import type { Aval } from '@addax/core';
import type { Call, CallContext, Kept, NodeOf } from '../library/call.ts';
import { phase, positionsOf, zonesOf } from '../library/conv.ts';
import { dotSides } from '../library/dot.ts';
import type { Library } from '../library/library.ts';
import { gridOf, windowPositions, windowsOf } from '../library/spatial.ts';
import type { Grid, Triple, Windows } from '../library/spatial.ts';
import { offsetAt, offsets } from '../library/strided.ts';
import type { Offsets } from '../library/strided.ts';
import { padded } from './padding.ts';
import type { WasmCompiler } from './compile.ts';
import { pool, poolGrad } from './pool.ts';
import type { PoolParts } from './pool.ts';
import { randomBits } from './random.ts';
import { OffsetTable, Product, productKernels } from './product.ts';
import type { Operand, ProductKernels } from './product.ts';

const ONES: Triple = [1, 1, 1];
const FLOAT = 4;

/** The library with products and pooling in WebAssembly. */
export function wasmLibrary(library: Partial<Library>, compiler: WasmCompiler): Partial<Library> {
  let made: ProductKernels | undefined;
  const kernels = (): ProductKernels => (made ??= productKernels(compiler));
  const poolParts = (context: CallContext): PoolParts => {
    const tables = new Tables(context);
    return {
      compile: (code) => compiler.place([code])[0],
      table: (list) => tables.of(list),
    };
  };
  const fast: Partial<Library> = {
    dot: (node, context) => dot(node, context, kernels()) ?? library.dot!(node, context),
    conv: (node, context) => conv(node, context, kernels()) ?? library.conv!(node, context),
    convGradInput: (node, context) =>
      convGradInput(node, context, kernels()) ?? library.convGradInput!(node, context),
    convGradKernel: (node, context) =>
      convGradKernel(node, context, kernels()) ?? library.convGradKernel!(node, context),
    randomBits: (node, context) => randomBits(node, context, (code) => compiler.place([code])[0]),
    pool: (node, context) =>
      pool(node, context, poolParts(context)) ?? library.pool!(node, context),
    poolGrad: (node, context) =>
      poolGrad(node, context, poolParts(context)) ?? library.poolGrad!(node, context),
  };
  const present = Object.entries(fast).filter(([op]) => op in library);
  return { ...library, ...Object.fromEntries(present) };
}

class Tables {
  private readonly context: CallContext;

  constructor(context: CallContext) {
    this.context = context;
  }

  readonly share = (name: string, length: number): Kept => this.context.share!(name, length);

  /** A table of byte offsets. */
  of(list: Offsets): OffsetTable {
    const bytes = Int32Array.from({ length: list.size }, (_, i) => offsetAt(list, i) * FLOAT);
    return new OffsetTable(bytes, (length) => this.context.keep('int32', length));
  }
}

function isFloat32(...avals: readonly Aval[]): boolean {
  return avals.every(({ dtype }) => dtype === 'float32');
}

function dot(node: NodeOf<'dot'>, context: CallContext, kernels: ProductKernels): Call | undefined {
  const [a, b] = node.inputs.map((value) => context.avals[value]);
  if (!isFloat32(a, b)) return undefined;
  const [left, right] = dotSides(node, a.shape, b.shape);
  const tables = new Tables(context);
  const [rows, columns] = [left.free.size, right.free.size];
  const first: Operand = { lines: tables.of(left.free), depths: tables.of(left.contract) };
  const second: Operand = { lines: tables.of(right.free), depths: tables.of(right.contract) };
  // Panels of columns are wider: the longer side goes there if the other is thin.
  const swaps = columns <= 4 && rows > columns;
  const out = swaps ? offsets([columns], [1]) : offsets([rows], [columns]);
  const product = new Product(
    kernels,
    swaps ? second : first,
    swaps ? first : second,
    tables.of(out),
    (swaps ? columns : 1) * FLOAT,
    tables.share,
  );
  const size = rows * columns * FLOAT;
  return ([x, y], [result]) => {
    product.place();
    for (let i = 0; i < left.batch.size; i++) {
      const from = x.byteOffset + offsetAt(left.batch, i) * FLOAT;
      const to = y.byteOffset + offsetAt(right.batch, i) * FLOAT;
      const at = result.byteOffset + i * size;
      product.run(swaps ? to : from, swaps ? from : to, at);
    }
  };
}

/** The geometry of a convolution node, or nothing if its channels are too thin for products. */
function geometry(
  attrs: NodeOf<'conv'>['attrs'],
  inputShape: readonly number[],
  outputShape: readonly number[],
  window: readonly number[],
): { input: Grid; output: Grid; windows: Windows; inputs: number; outputs: number } | undefined {
  const { groups, layout } = attrs;
  const input = gridOf(inputShape, layout);
  const output = gridOf(outputShape, layout);
  const inputs = input.channels / groups;
  if (groups > 1 && inputs === 1) return undefined;
  return {
    input,
    output,
    windows: windowsOf(attrs, window),
    inputs,
    outputs: output.channels / groups,
  };
}

/** How far windows reach beyond the end of the input. */
function overhang(
  input: Grid,
  output: Grid,
  { window, strides, before, dilation }: Windows,
): Triple {
  const [d, h, w] = [0, 1, 2].map((i) => {
    const last = (output.sizes[i] - 1) * strides[i] + (window[i] - 1) * dilation[i] - before[i];
    return last - (input.sizes[i] - 1);
  });
  return [d, h, w];
}

/** Where windows read: offsets of (window position, channel) and of output positions. */
function patchTables(
  grid: Grid,
  output: Grid,
  windows: Windows,
  channels: number,
  tables: Tables,
): { taps: OffsetTable; positions: OffsetTable } {
  const places = windowPositions(windows.window, windows.dilation);
  const table = new Int32Array((places.length / 3) * channels);
  // Cropping (negative padding) moves the first window into the input.
  const crop = windows.before.map((size) => Math.max(-size, 0));
  for (let tap = 0; tap < places.length / 3; tap++) {
    let start = 0;
    for (let i = 0; i < 3; i++) start += (places[3 * tap + i] + crop[i]) * grid.strides[i];
    for (let c = 0; c < channels; c++) table[tap * channels + c] = start + c * grid.channelStride;
  }
  return {
    taps: tables.of({ size: table.length, stride: 0, table }),
    positions: tables.of(positionsOf({ ...grid }, output.sizes, windows.strides)),
  };
}

function conv(
  node: NodeOf<'conv'>,
  context: CallContext,
  kernels: ProductKernels,
): Call | undefined {
  const { avals } = context;
  const [x, kernel] = node.inputs.map((value) => avals[value]);
  const shape = geometry(
    node.attrs,
    x.shape,
    avals[node.outputs[0]].shape,
    kernel.shape.slice(0, -2),
  );
  if (shape === undefined || !isFloat32(x, kernel)) return undefined;
  const { input, output, windows, inputs, outputs } = shape;
  const { groups, layout } = node.attrs;
  const tables = new Tables(context);
  const after = overhang(input, output, windows);
  const room = padded(input, layout, windows.before, after, tables.share);
  const { taps, positions } = patchTables(room.grid, output, windows, inputs, tables);
  const product = new Product(
    kernels,
    { lines: positions, depths: taps },
    {
      lines: tables.of(offsets([outputs], [1])),
      depths: tables.of(offsets([taps.offsets.length], [output.channels])),
    },
    tables.of(positionsOf(output, output.sizes, ONES)),
    output.channelStride * FLOAT,
    tables.share,
  );
  return ([data, weights], [out]) => {
    const from = room.fill(data).byteOffset;
    product.place();
    for (let group = 0; group < groups; group++) {
      product.run(
        from + group * inputs * room.grid.channelStride * FLOAT,
        weights.byteOffset + group * outputs * FLOAT,
        out.byteOffset + group * outputs * output.channelStride * FLOAT,
      );
    }
  };
}

function convGradKernel(
  node: NodeOf<'convGradKernel'>,
  context: CallContext,
  kernels: ProductKernels,
): Call | undefined {
  const { avals } = context;
  const [x, ct] = node.inputs.map((value) => avals[value]);
  const { groups, layout, kernelShape } = node.attrs;
  const shape = geometry(node.attrs, x.shape, ct.shape, kernelShape.slice(0, -2));
  if (shape === undefined || !isFloat32(x, ct)) return undefined;
  const { input, output, windows, inputs, outputs } = shape;
  const tables = new Tables(context);
  const after = overhang(input, output, windows);
  const room = padded(input, layout, windows.before, after, tables.share);
  const { taps, positions } = patchTables(room.grid, output, windows, inputs, tables);
  const product = new Product(
    kernels,
    { lines: taps, depths: positions },
    {
      lines: tables.of(offsets([outputs], [output.channelStride])),
      depths: tables.of(positionsOf(output, output.sizes, ONES)),
    },
    tables.of(offsets([taps.offsets.length], [output.channels])),
    FLOAT,
    tables.share,
  );
  return ([data, cotangent], [out]) => {
    const from = room.fill(data).byteOffset;
    product.place();
    for (let group = 0; group < groups; group++) {
      product.run(
        from + group * inputs * room.grid.channelStride * FLOAT,
        cotangent.byteOffset + group * outputs * output.channelStride * FLOAT,
        out.byteOffset + group * outputs * FLOAT,
      );
    }
  };
}

function convGradInput(
  node: NodeOf<'convGradInput'>,
  context: CallContext,
  kernels: ProductKernels,
): Call | undefined {
  const { avals } = context;
  const [ct, kernel] = node.inputs.map((value) => avals[value]);
  const { groups, inputShape } = node.attrs;
  const shape = geometry(node.attrs, inputShape, ct.shape, kernel.shape.slice(0, -2));
  if (shape === undefined || !isFloat32(ct, kernel)) return undefined;
  const { input, output, windows, inputs, outputs } = shape;
  const tables = new Tables(context);
  const columns = tables.of(offsets([inputs], [output.channels]));
  // Zones are cut wherever a window position leaves the output, so that none reads outside.
  const [depthZones, heightZones, widthZones] = [0, 1, 2].map((axis) =>
    zonesOf(input, output, windows, axis, true),
  );
  const phases: { product: Product; origin: number }[] = [];
  for (const d of depthZones) {
    for (const h of heightZones) {
      for (const w of widthZones) {
        const made = phase(input, output, windows, [d, h, w], 0, outputs, inputs);
        const { patches } = made;
        const table = new Int32Array((patches.taps.length / 3) * outputs);
        for (let tap = 0; tap < patches.taps.length / 3; tap++) {
          let start = 0;
          for (let i = 0; i < 3; i++) start += patches.taps[3 * tap + i] * output.strides[i];
          for (let o = 0; o < outputs; o++)
            table[tap * outputs + o] = start + o * output.channelStride;
        }
        const product = new Product(
          kernels,
          {
            lines: tables.of(positionsOf(output, patches.rows, ONES)),
            depths: tables.of({ size: table.length, stride: 0, table }),
          },
          { lines: columns, depths: tables.of(made.weights) },
          tables.of(made.positions),
          input.channelStride * FLOAT,
          tables.share,
        );
        phases.push({ product, origin: made.origin * FLOAT });
      }
    }
  }
  return ([cotangent, weights], [out]) => {
    for (const { product, origin } of phases) {
      product.place();
      for (let group = 0; group < groups; group++) {
        product.run(
          cotangent.byteOffset + group * outputs * output.channelStride * FLOAT,
          weights.byteOffset + group * outputs * FLOAT,
          out.byteOffset + group * inputs * input.channelStride * FLOAT + origin,
        );
      }
    }
  };
}
