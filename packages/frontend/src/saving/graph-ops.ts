/** How ops stand in the graphs of functional models: Keras writes the class behind each function. */
import { toSnakeIdentifier } from '../identifiers.ts';

/** Functions whose class is not their name in PascalCase. */
const CLASSES: Readonly<Record<string, string>> = {
  batchNormalization: 'BatchNorm',
  ctcLoss: 'CTCLoss',
  layerNormalization: 'LayerNorm',
  rmsNormalization: 'RMSNorm',
};

const MODULES: Readonly<Record<string, ReadonlySet<string>>> = {
  nn: new Set(
    (
      'Relu Relu6 Sigmoid SparseSigmoid Softplus Softsign SoftShrink SparsePlus Silu Squareplus ' +
      'LogSigmoid LeakyRelu HardSigmoid HardSilu Elu Selu Gelu Celu Glu TanhShrink HardTanh ' +
      'HardShrink Threshold Softmax LogSoftmax Sparsemax MaxPool AdaptiveMaxPool AveragePool ' +
      'AdaptiveAveragePool Conv DepthwiseConv SeparableConv ConvTranspose OneHot MultiHot ' +
      'BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy Moments BatchNorm ' +
      'CTCLoss Normalize DotProductAttention RMSNorm LayerNorm Unfold Fold DepthToSpace SpaceToDepth'
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
  maxPool: ['pool_size'],
  moments: ['axes'],
  moveaxis: ['source', 'destination'],
  oneHot: ['num_classes'],
  pad: ['pad_width'],
  repeat: ['repeats'],
  reshape: ['newshape'],
  roll: ['shift'],
  spaceToDepth: ['block_size'],
  split: ['indices_or_sections'],
  swapaxes: ['axis1', 'axis2'],
  threshold: ['threshold', 'default_value'],
  tile: ['repeats'],
  topK: ['k'],
  unfold: ['kernel_size'],
};

/** Options of `ops` that files hold among the operands: after how many, and which. */
const OPTIONAL_OPERANDS: Readonly<Record<string, readonly [after: number, ...string[]]>> = {
  average: [1, 'weights'],
  batchNormalization: [3, 'offset', 'scale'],
  dotProductAttention: [3, 'bias', 'mask'],
  isclose: [2, 'rtol', 'atol', 'equalNan'],
  pad: [1, 'constantValues'],
  trapezoid: [1, 'x'],
};

/** Functions whose operands are one list. */
const OF_LISTS: ReadonlySet<string> = new Set(
  'concatenate stack hstack vstack dstack columnStack'.split(' '),
);

/** The operands of an op as its arguments in a file. */
export function argumentsOf(op: string, operands: readonly unknown[]): readonly unknown[] {
  return OF_LISTS.has(op) ? [operands] : operands;
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

/** The operands of an op in a file as `ops` takes them: in their places, and as options. */
export function operandsOf(
  op: string,
  args: readonly unknown[],
): { readonly operands: readonly unknown[]; readonly options: [name: string, value: unknown][] } {
  const [after, ...names] = OPTIONAL_OPERANDS[op] ?? [args.length];
  return {
    operands: args.slice(0, after),
    options: names
      .map((name, i): [string, unknown] => [name, args[after + i]])
      .filter(([, value]) => value !== undefined && value !== null),
  };
}

/** The key of an op's option in files. */
export function opKey(option: string): string {
  return option === 'newShape' ? 'newshape' : toSnakeIdentifier(option);
}
