/**
 * Integer divisions in models of others. Processors trap on a zero divisor and on the smallest number
 * ÷ −1, which ends the whole process, so such nodes are replaced by guarded ones: ÷ 0 gives 0, and the
 * smallest number wraps. Conversions of floats to integers saturate, as they do everywhere else.
 */
import { type DType, isFloat, isInteger, UnsupportedError } from '@addax/core';
import { carrierOf, dtypeOf, onnxType } from '../carriers.ts';
import { nodeProto } from '../model.ts';
import { divided, saturated } from '../numbers.ts';
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  TensorProto_DataType as DataType,
  type TensorProto,
} from '../proto/onnx_pb.ts';
import { create } from '@bufbuild/protobuf';
import { Model, type Name, Scope } from '../scope.ts';
import { addOutputTypes, declaredTypes, type Types } from './types.ts';

/** The first operator set that has every operator of the guards. */
const OPSET = 13;

/** The first with `CastLike`, for values of unknown type. */
const CAST_LIKE = 15;

function isStandard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function flag(node: NodeProto, name: string): number {
  return Number(node.attribute.find((attribute) => attribute.name === name)?.i ?? 0n);
}

/** Integers of a tensor; undefined where they lie in another file. */
function integersOf(tensor: TensorProto): number[] | undefined {
  const { dataType, rawData, int32Data, int64Data } = tensor;
  if (tensor.dataLocation === 1) return undefined;
  if (rawData.length === 0) return [...int32Data, ...int64Data.map(Number)];
  const bytes = rawData.slice().buffer;
  switch (dataType) {
    case DataType.INT64:
      return Array.from(new BigInt64Array(bytes), Number);
    case DataType.INT32:
      return Array.from(new Int32Array(bytes));
    default:
      return undefined;
  }
}

class Guard {
  readonly #opset: number;
  readonly #used: readonly Name[];
  /** Tensors that never change, by name. */
  readonly #constants = new Map<Name, TensorProto>();
  #model: Model;
  changed = false;

  constructor(opset: number, used: readonly Name[]) {
    this.#opset = opset;
    this.#used = used;
    this.#model = this.#fresh();
  }

  #fresh(): Model {
    const model = new Model('portable', this.#opset, false);
    model.reserve(this.#used);
    return model;
  }

  /** A whole model's graph. */
  main(graph: GraphProto): void {
    this.#graph(graph, new Map());
    graph.node.unshift(...this.#constantNodes());
  }

  /** The body of a function, whose types are not known. */
  body(fn: FunctionProto): void {
    this.#model = this.#fresh();
    fn.node = this.#nodes(fn.node, new Map());
    fn.node.unshift(...this.#constantNodes());
  }

  /** What the guards compare with, as nodes: old files and functions have no other constants. */
  #constantNodes(): NodeProto[] {
    return this.#model.initializers.map((tensor) => {
      const node = nodeProto('Constant', '', [], [tensor.name], {}, '');
      const value = { name: 'value', type: Kind.TENSOR, t: tensor };
      node.attribute.push(create(AttributeProtoSchema, value));
      return node;
    });
  }

  #graph(graph: GraphProto, outer: Types): void {
    const inputs = new Set(graph.input.map(({ name }) => name));
    for (const tensor of graph.initializer) {
      // A constant that is an input too may be given another value.
      if (!inputs.has(tensor.name)) this.#constants.set(tensor.name, tensor);
    }
    graph.node = this.#nodes(graph.node, declaredTypes(graph, outer));
  }

  #nodes(nodes: readonly NodeProto[], types: Types): NodeProto[] {
    const result: NodeProto[] = [];
    for (const node of nodes) {
      for (const { g, graphs } of node.attribute) {
        for (const inner of g === undefined ? graphs : [g, ...graphs]) this.#graph(inner, types);
      }
      const constant = node.opType === 'Constant' ? node.attribute[0]?.t : undefined;
      if (constant !== undefined && node.output[0] !== undefined) {
        this.#constants.set(node.output[0], constant);
      }
      addOutputTypes(node, types);
      const guarded = this.#guarded(node, types);
      if (guarded === undefined) {
        result.push(node);
      } else {
        this.changed = true;
        result.push(...guarded);
      }
    }
    return result;
  }

  #guarded(node: NodeProto, types: Types): readonly NodeProto[] | undefined {
    if (!isStandard(node.domain)) return undefined;
    switch (node.opType) {
      case 'Div':
      case 'Mod':
        return this.#division(node, node.opType, types);
      case 'Cast':
        return this.#conversion(node, types);
      default:
        return undefined;
    }
  }

  /** Writes the replacement of a node's first output. */
  #replaced(node: NodeProto, write: (scope: Scope) => Name): readonly NodeProto[] {
    const scope = new Scope(this.#model);
    scope.output(write(scope), node.output[0]!);
    return scope.nodes;
  }

  #division(node: NodeProto, kind: 'Div' | 'Mod', types: Types): readonly NodeProto[] | undefined {
    const [a, b] = node.input as [Name, Name];
    const type = types.get(a) ?? types.get(b);
    const dtype = type === undefined ? undefined : dtypeOf(type);
    if (dtype !== undefined && isFloat(dtype)) return undefined;
    if (isFloatType(type) || this.#isSafeDivisor(b)) return undefined;
    const isKnown = dtype !== undefined && isInteger(dtype);
    this.#require(isKnown ? OPSET : CAST_LIKE, node);
    const remainder = kind === 'Mod' && flag(node, 'fmod') === 0;
    return this.#replaced(node, (scope) =>
      isKnown
        ? knownDivision(scope, kind, remainder, a, b, dtype)
        : unknownDivision(scope, kind, flag(node, 'fmod'), a, b),
    );
  }

  #isSafeDivisor(name: Name): boolean {
    const tensor = this.#constants.get(name);
    const numbers = tensor === undefined ? undefined : integersOf(tensor);
    return numbers !== undefined && numbers.length > 0 && !numbers.some((n) => n === 0 || n === -1);
  }

  #conversion(node: NodeProto, types: Types): readonly NodeProto[] | undefined {
    const x = node.input[0]!;
    const from = dtypeOf(types.get(x) ?? 0);
    const to = dtypeOf(flag(node, 'to'));
    if (from === undefined || to === undefined || !isFloat(from) || !isInteger(to))
      return undefined;
    if (this.#opset < OPSET) return undefined;
    return this.#replaced(node, (scope) => {
      const held = carrierOf(from) as 'float32' | 'float64';
      const number = held === from ? x : scope.castTo(x, held);
      const whole = saturated(scope, number, held, to);
      return carrierOf(to) === to ? whole : scope.cast(whole, onnxType(to));
    });
  }

  #require(opset: number, { opType, name }: NodeProto): void {
    if (this.#opset >= opset) return;
    throw new UnsupportedError(
      `${opType} ${JSON.stringify(name.slice(0, 80))} divides integers, which can end the process, ` +
        `and operator set ${this.#opset} is too old to guard it; convert the model to set ${opset}`,
    );
  }
}

function isFloatType(type: number | undefined): boolean {
  return type !== undefined && type >= DataType.FLOAT8E4M3FN && type <= DataType.FLOAT8E5M2FNUZ;
}

/** A division of integers of a known type. */
function knownDivision(
  scope: Scope,
  kind: 'Div' | 'Mod',
  flooring: boolean,
  a: Name,
  b: Name,
  dtype: DType,
): Name {
  const held = carrierOf(dtype) as 'int32' | 'int64' | 'uint32';
  const [x, y] = held === dtype ? [a, b] : [scope.castTo(a, held), scope.castTo(b, held)];
  let result = divided(scope, kind, x, y, held, undefined);
  if (flooring && held !== 'uint32') {
    // Without fmod the remainder has the sign of the divisor.
    const zero = scope.scalar(0, held);
    const isNegative = (name: Name): Name => scope.node('Less', [name, zero]);
    const opposite = scope.node('Xor', [isNegative(result), isNegative(y)]);
    const isZero = scope.node('Equal', [result, zero]);
    const shifts = scope.node('And', [opposite, scope.node('Not', [isZero])]);
    result = scope.node('Where', [shifts, scope.node('Add', [result, y]), result]);
  }
  return held === dtype ? result : scope.cast(result, onnxType(dtype));
}

/**
 * A division of numbers of unknown type: floats give what they always give, integers are kept from
 * trapping.
 */
function unknownDivision(scope: Scope, kind: 'Div' | 'Mod', fmod: number, a: Name, b: Name): Name {
  const like = (number: number, other: Name): Name =>
    scope.node('CastLike', [scope.scalar(number, 'int32'), other]);
  const isZero = scope.node('Equal', [b, like(0, b)]);
  const isMinus = scope.node('Equal', [b, like(-1, b)]);
  const trapped = scope.node('Or', [isZero, isMinus]);
  const safe = scope.node('Where', [trapped, like(1, b), b]);
  const result = scope.node(kind, [a, safe], kind === 'Mod' ? { fmod } : {});
  // A remainder of −1 is that of 1.
  const opposite = kind === 'Mod' ? result : scope.node('Mul', [a, like(-1, a)]);
  const [x, y] = [a, b].map((name) => scope.castTo(name, 'float64'));
  const quotient = scope.node(kind, [x!, y!], kind === 'Mod' ? { fmod: 1 } : {});
  const overZero = scope.node('CastLike', [quotient, a]);
  return scope.node('Where', [isZero, overZero, scope.node('Where', [isMinus, opposite, result])]);
}

function namesOf(graph: Pick<GraphProto, 'node'>, names: Name[]): void {
  for (const { input, output, attribute } of graph.node) {
    for (const name of [...input, ...output]) names.push(name);
    for (const { g, graphs } of attribute) {
      for (const inner of g === undefined ? graphs : [g, ...graphs]) {
        for (const { name } of [...inner.input, ...inner.output, ...inner.initializer]) {
          names.push(name);
        }
        namesOf(inner, names);
      }
    }
  }
}

/**
 * Guards the integer divisions and float conversions of a model, in its inner graphs and functions
 * too; changes it in place and says whether there were any.
 *
 * @throws {UnsupportedError} if the model's operator set is too old for the guards (below 13).
 */
export function guardIntegerNodes(model: ModelProto): boolean {
  const graph = model.graph!;
  const names: Name[] = [];
  for (const { name } of [...graph.input, ...graph.output, ...graph.initializer]) names.push(name);
  namesOf(graph, names);
  for (const fn of model.functions) {
    for (const name of [...fn.input, ...fn.output]) names.push(name);
    namesOf(fn, names);
  }
  const opset = Number(model.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0n);
  const guard = new Guard(opset, names);
  guard.main(graph);
  for (const fn of model.functions) guard.body(fn);
  return guard.changed;
}
