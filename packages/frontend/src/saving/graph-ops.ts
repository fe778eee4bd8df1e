/** How ops stand in the graphs of functional models: Keras writes the class behind each function. */
import { toSnakeIdentifier } from '../identifiers.ts';

/** Functions whose class is not their name in PascalCase. */
const CLASSES: Readonly<Record<string, string>> = {
  allclose: 'AllClose',
  batchNormalization: 'BatchNorm',
  ctcDecode: 'CTCDecode',
  ctcLoss: 'CTCLoss',
  isin: 'IsIn',
  layerNormalization: 'LayerNorm',
  psnr: 'PSNR',
  rmsNormalization: 'RMSNorm',
  searchsorted: 'SearchSorted',
};

const MODULES: Readonly<Record<string, ReadonlySet<string>>> = {
  nn: new Set(
    (
      'Relu Relu6 Sigmoid SparseSigmoid Softplus Softsign SoftShrink SparsePlus Silu Squareplus ' +
      'LogSigmoid LeakyRelu HardSigmoid HardSilu Elu Selu Gelu Celu Glu TanhShrink HardTanh ' +
      'HardShrink Threshold Softmax LogSoftmax Sparsemax MaxPool AdaptiveMaxPool AveragePool ' +
      'AdaptiveAveragePool Conv DepthwiseConv SeparableConv ConvTranspose OneHot MultiHot ' +
      'BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy Moments BatchNorm ' +
      'CTCLoss CTCDecode PSNR Normalize DotProductAttention RMSNorm LayerNorm Unfold Fold DepthToSpace SpaceToDepth'
    ).split(' '),
  ),
  math: new Set('TopK InTopK Logsumexp Rsqrt Erf Erfc Erfinv Logdet'.split(' ')),
  core: new Set('Scatter ScatterUpdate Slice SliceUpdate StopGradient Unstack Cast'.split(' ')),
  linalg: new Set('Cholesky Det Eigh Inv Norm Qr Solve SolveTriangular SVD'.split(' ')),
  image: new Set('RGBToGrayscale Resize AffineTransform ExtractPatches'.split(' ')),
};

/** Arguments, by their key in files, that are positional in `ops`. */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  adaptiveAveragePool: ['output_size'],
  adaptiveMaxPool: ['output_size'],
  argpartition: ['kth'],
  arraySplit: ['indices_or_sections'],
  averagePool: ['pool_size'],
  batchNormalization: ['axis'],
  broadcastTo: ['shape'],
  cast: ['dtype'],
  clip: ['x_min', 'x_max'],
  depthToSpace: ['block_size'],
  einsum: ['subscripts'],
  expandDims: ['axis'],
  fold: ['output_size', 'kernel_size'],
  hsplit: ['indices_or_sections'],
  inTopK: ['k'],
  maxPool: ['pool_size'],
  moments: ['axes'],
  moveaxis: ['source', 'destination'],
  oneHot: ['num_classes'],
  pad: ['pad_width'],
  psnr: ['max_val'],
  repeat: ['repeats'],
  reshape: ['newshape'],
  rmsNormalization: ['scale'],
  roll: ['shift'],
  saturateCast: ['dtype'],
  scatter: ['shape'],
  slice: ['start_indices', 'shape'],
  sliceUpdate: ['start_indices', 'updates'],
  spaceToDepth: ['block_size'],
  split: ['indices_or_sections'],
  swapaxes: ['axis1', 'axis2'],
  threshold: ['threshold', 'default_value'],
  tile: ['repeats'],
  topK: ['k'],
  unfold: ['kernel_size'],
  unravelIndex: ['shape'],
};

/** Further arguments, by their key, that files may hold among the operands: after how many. */
const OPTIONAL_OPERANDS: Readonly<Record<string, readonly [after: number, ...string[]]>> = {
  average: [1, 'weights'],
  batchNormalization: [3, 'offset', 'scale'],
  dotProductAttention: [3, 'bias', 'mask'],
  isclose: [2, 'rtol', 'atol', 'equal_nan'],
  pad: [1, 'constant_values'],
  rmsNormalization: [1, 'scale'],
  select: [2, 'default'],
  slice: [1, 'start_indices'],
  sliceUpdate: [1, 'start_indices', 'updates'],
  trapezoid: [1, 'x'],
};

/** Functions whose operands are one list. */
const OF_LISTS: ReadonlySet<string> = new Set(
  'concatenate stack hstack vstack dstack columnStack'.split(' '),
);

/**
 * The arguments of an op in a file.
 *
 * @param further What Keras' class takes at the call besides operands ({@link furtherKeys}), by key.
 */
export function argumentsOf(
  op: string,
  operands: readonly unknown[],
  further: Readonly<Record<string, unknown>>,
): { readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> } {
  if (OF_LISTS.has(op)) return { args: [operands], kwargs: further };
  if (op === 'select') {
    // Conditions, as many choices, and what holds where no condition does.
    const count = (operands.length - 1) / 2;
    const lists = [operands.slice(0, count), operands.slice(count, -1)];
    return { args: [...lists, operands.at(-1)], kwargs: further };
  }
  const [after, ...keys] = OPTIONAL_OPERANDS[op] ?? [operands.length];
  const free = keys.filter((key) => !(key in further));
  // Where all of them are operands, their places say which they are.
  if (free.length === keys.length) return { args: operands, kwargs: further };
  const named = free.map((key, i) => [key, operands[after + i]]);
  return {
    args: operands.slice(0, after),
    kwargs: { ...further, ...(Object.fromEntries(named) as object) },
  };
}

/** Keys of what Keras' class takes when it is called, not when it is made. */
export function furtherKeys(op: string): readonly string[] {
  return (OPTIONAL_OPERANDS[op] ?? []).slice(1) as string[];
}

/** Module and class of a function of `ops`. */
export function opClass(op: string): { readonly module: string; readonly className: string } {
  const className = CLASSES[op] ?? op[0]!.toUpperCase() + op.slice(1);
  const module = Object.keys(MODULES).find((name) => MODULES[name]!.has(className)) ?? 'numpy';
  return { module: `keras.src.ops.${module}`, className };
}

/** The function of `ops` behind a class. */
export function opOfClass(className: string): string {
  const named = Object.entries(CLASSES).find(([, name]) => name === className);
  return named?.[0] ?? className[0]!.toLowerCase() + className.slice(1);
}

/** Keys of the arguments that are positional in `ops`. */
export function positionalKeys(op: string): readonly string[] {
  return POSITIONAL[op] ?? [];
}

/** What a file holds as the arguments of an op: its operands, and others by their key. */
export function operandsOf(
  op: string,
  args: readonly unknown[],
): { readonly operands: readonly unknown[]; readonly others: Readonly<Record<string, unknown>> } {
  const [after, ...keys] = OPTIONAL_OPERANDS[op] ?? [args.length];
  const others = keys
    .map((key, i): [string, unknown] => [key, args[after + i]])
    .filter(([, value]) => value !== undefined && value !== null);
  return { operands: args.slice(0, after), others: Object.fromEntries(others) };
}

/** The key of an op's option in files. */
export function opKey(option: string): string {
  return option === 'newShape' ? 'newshape' : toSnakeIdentifier(option);
}
