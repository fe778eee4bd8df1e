/** Element types of the values of a model, as far as they follow from what the file says. */
import {
  AttributeProto_AttributeType as Kind,
  type GraphProto,
  type NodeProto,
  TensorProto_DataType as DataType,
} from '../proto/onnx_pb.ts';

/** Types by name; a value that is not there is of unknown type. */
export type Types = Map<string, number>;

const BOOLEAN: ReadonlySet<string> = new Set([
  'And',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'IsInf',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'Not',
  'Or',
  'Xor',
]);

const INDICES: ReadonlySet<string> = new Set([
  'ArgMax',
  'ArgMin',
  'NonMaxSuppression',
  'NonZero',
  'Shape',
  'Size',
]);

/** Operators whose first output has the type of another input than the first. */
const FROM: Readonly<Record<string, number>> = { Where: 1, OneHot: 2, DequantizeLinear: 1 };

/** Operators whose outputs all have the type of their first input. */
const SAME: ReadonlySet<string> = new Set(
  (
    'Abs Add BatchNormalization BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil Clip ' +
    'Concat Conv ConvTranspose CumSum DepthToSpace Div Einsum Elu Erf Exp Expand Flatten Floor ' +
    'Gather GatherElements GatherND Gelu Gemm GlobalAveragePool HardSigmoid Identity LeakyRelu ' +
    'Log LogSoftmax MatMul Max Mean Min Mod Mul Neg Pad Pow PRelu Range Reciprocal ReduceL1 ' +
    'ReduceL2 ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape ' +
    'Resize Round ScatterElements ScatterND Sigmoid Sign Slice Softmax Softplus SpaceToDepth ' +
    'Split Sqrt Squeeze Sub Sum Tanh Tile Transpose Trilu Unsqueeze AveragePool Cos Sin Selu'
  ).split(' '),
);

function integerAttribute(node: NodeProto, name: string): number | undefined {
  const found = node.attribute.find((attribute) => attribute.name === name);
  return found?.type === Kind.INT ? Number(found.i) : undefined;
}

function constantType({ attribute }: NodeProto): number | undefined {
  const first = attribute[0];
  switch (first?.name) {
    case 'value':
      return first.t?.dataType;
    case 'value_float':
    case 'value_floats':
      return DataType.FLOAT;
    case 'value_int':
    case 'value_ints':
      return DataType.INT64;
    default:
      return undefined;
  }
}

/** The type of a node's output; undefined where it does not follow. */
function outputType(node: NodeProto, index: number, types: Types): number | undefined {
  const { opType, domain } = node;
  if (domain !== '' && domain !== 'ai.onnx') return undefined;
  const first = types.get(node.input[0] ?? '');
  if (BOOLEAN.has(opType)) return DataType.BOOL;
  if (INDICES.has(opType)) return DataType.INT64;
  if (SAME.has(opType)) return first;
  switch (opType) {
    case 'Cast':
      return integerAttribute(node, 'to');
    case 'Constant':
      return constantType(node);
    case 'ConstantOfShape':
      return node.attribute[0]?.t?.dataType ?? DataType.FLOAT;
    case 'CastLike':
      return types.get(node.input[1] ?? '');
    case 'TopK':
    case 'Unique':
    case 'MaxPool':
      return index === 0 ? first : DataType.INT64;
    case 'Dropout':
      return index === 0 ? first : DataType.BOOL;
    default: {
      const from = FROM[opType];
      return from === undefined ? undefined : types.get(node.input[from] ?? '');
    }
  }
}

/** Types that a graph declares. */
export function declaredTypes(graph: GraphProto, outer: Types): Types {
  const types = new Map(outer);
  for (const { name, type } of [...graph.input, ...graph.valueInfo, ...graph.output]) {
    if (type?.value.case === 'tensorType') types.set(name, type.value.value.elemType);
  }
  for (const { name, dataType } of graph.initializer) types.set(name, dataType);
  return types;
}

/** Adds the types of a node's outputs. */
export function addOutputTypes(node: NodeProto, types: Types): void {
  node.output.forEach((name, i) => {
    const type = outputType(node, i, types);
    if (name !== '' && type !== undefined && !types.has(name)) types.set(name, type);
  });
}
