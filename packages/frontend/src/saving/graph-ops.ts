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
  broadcastTo: ['shape'],
  cast: ['dtype'],
  clip: ['x_min', 'x_max'],
  einsum: ['subscripts'],
  expandDims: ['axis'],
  moveaxis: ['source', 'destination'],
  oneHot: ['num_classes'],
  pad: ['pad_width'],
  repeat: ['repeats'],
  reshape: ['newshape'],
  roll: ['shift'],
  split: ['indices_or_sections'],
  swapaxes: ['axis1', 'axis2'],
  tile: ['repeats'],
  topK: ['k'],
};

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

/** The key of an op's option in files. */
export function opKey(option: string): string {
  return option === 'newShape' ? 'newshape' : toSnakeIdentifier(option);
}
