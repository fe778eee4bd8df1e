/**
 * What a model must be before the runtime sees it: in order, without cycles, with tensors that are as
 * large as they say, and without the attributes that processors trap on.
 */
import { FormatError } from '@addax/core';
import type {
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
} from '../proto/onnx_pb.ts';
import { checkTensor, elementCount, type ExternalSize } from './tensors.ts';

/** Bounds of a model. */
export interface ModelLimits {
  /** Elements of one tensor that the model makes by itself. */
  readonly elements: number;
  /** Nodes, with every function written out where it is used. */
  readonly nodes: number;
  /** Graphs within graphs. */
  readonly depth: number;
}

/** Attributes that divide or count something: zero would trap or never end. */
const POSITIVE: ReadonlySet<string> = new Set([
  'blocksize',
  'dilations',
  'group',
  'hidden_size',
  'kernel_shape',
  'num_groups',
  'num_heads',
  'num_outputs',
  'q_num_heads',
  'kv_num_heads',
  'strides',
]);

function shown({ opType, name }: NodeProto): string {
  return `${opType.slice(0, 60)}${name === '' ? '' : ` ${JSON.stringify(name.slice(0, 80))}`}`;
}

class Validator {
  readonly #model: ModelProto;
  readonly #limits: ModelLimits;
  readonly #externalSize: ExternalSize | undefined;
  readonly #functions = new Map<string, FunctionProto>();
  readonly #costs = new Map<FunctionProto, number>();
  readonly #open = new Set<FunctionProto>();

  constructor(model: ModelProto, limits: ModelLimits, externalSize: ExternalSize | undefined) {
    this.#model = model;
    this.#limits = limits;
    this.#externalSize = externalSize;
    for (const fn of model.functions) this.#functions.set(keyOf(fn.domain, fn.name), fn);
  }

  run(): void {
    const { graph, opsetImport } = this.#model;
    if (graph === undefined) throw new FormatError('not an ONNX model: it has no graph');
    if (opsetImport.length === 0) {
      throw new FormatError('not an ONNX model: it names no operator set');
    }
    for (const fn of this.#model.functions) {
      this.#nodes(fn.node, new Set(fn.input), new Map(), 1);
      for (const { t, tensors } of fn.attributeProto)
        this.#tensors([...(t ? [t] : []), ...tensors]);
    }
    this.#graph(graph, new Set(), new Map(), 0);
    this.#charge(this.#cost(graph.node));
  }

  #graph(
    graph: GraphProto,
    outer: ReadonlySet<string>,
    outerConstants: ReadonlyMap<string, TensorProto>,
    depth: number,
  ): void {
    if (depth > this.#limits.depth) {
      throw new FormatError(`the ONNX model has more than ${this.#limits.depth} nested graphs`);
    }
    const defined = new Set(outer);
    const constants = new Map(outerConstants);
    this.#tensors(graph.initializer);
    for (const { values, indices } of graph.sparseInitializer) {
      this.#tensors([values, indices].filter((tensor) => tensor !== undefined));
      if (values !== undefined) defined.add(values.name);
    }
    for (const tensor of graph.initializer) {
      defined.add(tensor.name);
      constants.set(tensor.name, tensor);
    }
    for (const { name, type } of graph.input) {
      defined.add(name);
      if (type?.value.case !== 'tensorType') continue;
      const sizes = (type.value.value.shape?.dim ?? []).flatMap(({ value }) =>
        value.case === 'dimValue' ? [value.value] : [],
      );
      const known = sizes.filter((size) => size >= 0n);
      this.#elements(elementCount(known, `input ${JSON.stringify(name.slice(0, 80))}`), name);
    }
    this.#nodes(graph.node, defined, constants, depth);
    for (const { name } of graph.output) {
      if (!defined.has(name)) {
        throw new FormatError(`the ONNX model never computes its output ${name.slice(0, 80)}`);
      }
    }
  }

  #nodes(
    nodes: readonly NodeProto[],
    defined: Set<string>,
    constants: ReadonlyMap<string, TensorProto>,
    depth: number,
  ): void {
    for (const node of nodes) {
      for (const name of node.input) {
        if (name === '' || defined.has(name)) continue;
        throw new FormatError(
          `${shown(node)} reads ${JSON.stringify(name.slice(0, 80))} before anything gives it: ` +
            'the graph has a cycle, a gap, or nodes out of order',
        );
      }
      this.#attributes(node, defined, constants, depth);
      this.#made(node, constants);
      for (const name of node.output) {
        if (name === '') continue;
        if (depth === 0 && defined.has(name)) {
          throw new FormatError(`${shown(node)} gives ${name.slice(0, 80)} a second time`);
        }
        defined.add(name);
      }
    }
  }

  #attributes(
    node: NodeProto,
    defined: ReadonlySet<string>,
    constants: ReadonlyMap<string, TensorProto>,
    depth: number,
  ): void {
    for (const { name, i, ints, t, tensors, g, graphs } of node.attribute) {
      if (POSITIVE.has(name) && [...ints, ...(ints.length === 0 ? [i] : [])].some((n) => n < 1n)) {
        throw new FormatError(`${shown(node)}: ${name} must be positive`);
      }
      this.#tensors(t === undefined ? tensors : [t, ...tensors]);
      for (const inner of g === undefined ? graphs : [g, ...graphs]) {
        this.#graph(inner, defined, constants, depth + 1);
      }
    }
  }

  #tensors(tensors: readonly TensorProto[]): void {
    for (const tensor of tensors) checkTensor(tensor, this.#externalSize);
  }

  /** Tensors that a node makes out of a constant shape. */
  #made(node: NodeProto, constants: ReadonlyMap<string, TensorProto>): void {
    const at = { ConstantOfShape: 0, Expand: 1, Tile: 1 }[node.opType];
    const shape = at === undefined ? undefined : constants.get(node.input[at] ?? '');
    if (shape === undefined || shape.dataType !== 7) return;
    const sizes = wholeNumbers(shape);
    this.#elements(elementCount(sizes, shown(node)), shown(node));
  }

  #elements(count: number, what: string): void {
    if (count <= this.#limits.elements) return;
    throw new FormatError(
      `${what.slice(0, 80)} has ${count} elements, more than the ${this.#limits.elements} that ` +
        'are allowed; raise `elements` if that is what you expect',
    );
  }

  /** Nodes with functions written out; they may not contain themselves. */
  #cost(nodes: readonly NodeProto[]): number {
    let sum = 0;
    for (const node of nodes) {
      sum += 1;
      for (const { g, graphs } of node.attribute) {
        for (const inner of g === undefined ? graphs : [g, ...graphs])
          sum += this.#cost(inner.node);
      }
      const fn = this.#functions.get(keyOf(node.domain, node.opType));
      if (fn !== undefined) sum += this.#functionCost(fn);
    }
    return sum;
  }

  #functionCost(fn: FunctionProto): number {
    const known = this.#costs.get(fn);
    if (known !== undefined) return known;
    if (this.#open.has(fn)) throw new FormatError(`function ${fn.name.slice(0, 80)} calls itself`);
    if (this.#open.size > 256) throw new FormatError('the ONNX model nests too many functions');
    this.#open.add(fn);
    const cost = this.#cost(fn.node);
    this.#open.delete(fn);
    this.#charge(cost);
    this.#costs.set(fn, cost);
    return cost;
  }

  #charge(cost: number): void {
    if (cost <= this.#limits.nodes) return;
    throw new FormatError(`the ONNX model has more than ${this.#limits.nodes} nodes`);
  }
}

function keyOf(domain: string, name: string): string {
  return `${domain === 'ai.onnx' ? '' : domain}:${name}`;
}

/** Elements of an int64 tensor. */
export function wholeNumbers({ rawData, int64Data }: TensorProto): bigint[] {
  if (rawData.length === 0) return int64Data;
  return Array.from(new BigInt64Array(rawData.slice().buffer));
}

/** Throws a {@link FormatError} unless the model is one that the runtime can be given. */
export function validate(
  model: ModelProto,
  limits: ModelLimits,
  externalSize: ExternalSize | undefined,
): void {
  new Validator(model, limits, externalSize).run();
}
