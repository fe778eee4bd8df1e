/** From a graph to a serialised ONNX model. */
import { toBinary } from '@bufbuild/protobuf';
import {
  type AnyNode,
  ArgumentError,
  type Aval,
  decode,
  type Graph,
  type HostArray,
  UnsupportedError,
  type ValueId,
} from '@addax/core';
import { carrierOf, onnxType } from './carriers.ts';
import { lowerNode } from './lower/table.ts';
import { emptyValue } from './lower/shape.ts';
import { modelProto, sequenceInfo, valueInfo } from './model.ts';
import {
  DEFAULT_OPSET,
  DONE,
  type EmitOptions,
  type EmittedModel,
  type EmittedValue,
  END,
} from './options.ts';
import { type ModelProto, ModelProtoSchema, type ValueInfoProto } from './proto/onnx_pb.ts';
import { pruned } from './prune.ts';
import { type Facts, factsOf, neededNodes } from './facts.ts';
import { rewritten } from './rewrite/rewrite.ts';
import { Model, type Name, Scope } from './scope.ts';
import { unsupported } from './support.ts';
import { plain, plainValue, size, type Value } from './value.ts';

/** Constants up to this length always stand in the model. */
const SMALL = 64;

/**
 * The ONNX model of a graph.
 *
 * @throws {UnsupportedError} naming the node, if the runtime has no way to run it.
 */
export function emit(graph: Graph, options: EmitOptions): EmittedModel {
  const { proto, inputs, outputs } = emitMessage(graph, options);
  const nodeCount = proto.graph!.node.length;
  return { bytes: toBinary(ModelProtoSchema, proto), inputs, outputs, nodeCount };
}

/** Options of export beyond those of {@link emit}. */
export interface MessageOptions extends EmitOptions {
  /** Whether models for different batch sizes must have the same nodes. */
  readonly dynamic?: boolean | undefined;
  /** Names of the graph's constants. */
  readonly constantNames?: ReadonlyMap<ValueId, string> | undefined;
}

/** A model as a message. */
export interface EmittedMessage {
  readonly proto: ModelProto;
  readonly inputs: readonly EmittedValue[];
  readonly outputs: readonly EmittedValue[];
}

/** {@link emit} without the last step. */
export function emitMessage(graph: Graph, options: MessageOptions): EmittedMessage {
  return new Emitter(graph, options).emit();
}

class Emitter {
  readonly #graph: Graph;
  readonly #options: MessageOptions;
  readonly #model: Model;
  readonly #scope: Scope;
  readonly #inputs: EmittedValue[] = [];

  constructor(graph: Graph, options: MessageOptions) {
    this.#graph = graph;
    this.#options = options;
    const { target, opset = DEFAULT_OPSET, dynamic = false, threads } = options;
    this.#model = new Model(target, checkedOpset(opset), dynamic, threads);
    this.#scope = new Scope(this.#model);
  }

  emit(): EmittedMessage {
    const { label = 'addax', metadata = {} } = this.#options;
    const graph = this.#graph;
    const { inputNames = [], outputNames = [] } = this.#options;
    this.#model.reserve([...inputNames, ...outputNames]);
    const entries = graph.inputs.map((id, i) => this.#input(graph.avals[id]!, i));
    const values = this.#lowerGraph(this.#scope, graph, entries, true);
    const outputs = values.map((value, i) => this.#output(value, i));
    const infos = (list: readonly EmittedValue[]): ValueInfoProto[] =>
      list.map(({ name, aval, onnxType: type }) => valueInfo(name, type, aval.shape));
    const ending = this.#options.ending === true ? this.#ending() : [];
    const results = [...ending, ...infos(outputs)];
    const graphProto = this.#scope.graph(label, infos(this.#inputs), results);
    graphProto.initializer.push(...this.#model.initializers);
    pruned(graphProto);
    const { opset, domains } = this.#model;
    const proto = modelProto(graphProto, opset, [...domains], metadata);
    return { proto, inputs: this.#inputs, outputs };
  }

  /** What stands before the graph's outputs. */
  #ending(): ValueInfoProto[] {
    const scope = this.#scope;
    const one = scope.scalar(1, 'float32');
    scope.output(scope.node('SequenceConstruct', [one]), END);
    scope.output(one, DONE);
    return [sequenceInfo(END), valueInfo(DONE, onnxType('float32'), [])];
  }

  /** How values of a dtype stand at the border. */
  #borderType(aval: Aval): number {
    const narrow = this.#options.border === 'runtime' && aval.dtype === 'bfloat16';
    return onnxType(narrow ? 'float32' : aval.dtype);
  }

  #input(aval: Aval, i: number): Value {
    const name = this.#options.inputNames?.[i] ?? `input_${i}`;
    return this.#entry(name, aval, undefined);
  }

  #entry(name: Name, aval: Aval, constant: ValueId | undefined): Value {
    const type = this.#borderType(aval);
    this.#inputs.push({ name, aval, onnxType: type, constant });
    const held = onnxType(carrierOf(aval.dtype));
    return plainValue(type === held ? name : this.#scope.cast(name, held), aval);
  }

  #output(value: Value, i: number): EmittedValue {
    const name = this.#options.outputNames?.[i] ?? `output_${i}`;
    const scope = this.#scope;
    const tensor = plain(scope, value).name;
    const type = this.#borderType(value);
    const held = onnxType(carrierOf(value.dtype));
    scope.output(type === held ? tensor : scope.cast(tensor, type), name);
    return { name, aval: { shape: value.shape, dtype: value.dtype }, onnxType: type };
  }

  /** Writes a graph's nodes into a scope; gives the values of its outputs. */
  #lowerGraph(scope: Scope, whole: Graph, inputs: readonly Value[], outermost = false): Value[] {
    const graph = rewritten(whole);
    const ids = [...whole.constants.keys()];
    const needed = neededNodes(graph);
    const facts = factsOf(graph, needed);
    const values: (Value | undefined)[] = [];
    graph.inputs.forEach((id, i) => (values[id] = inputs[i]!));
    for (const [id, data] of graph.constants) {
      values[id] = this.#constant(ids.shift()!, data, graph.avals[id]!, outermost);
    }
    graph.nodes.forEach((node, index) => {
      if (needed[index] === 0) return;
      const results = this.#lower(scope, node, graph, values, facts);
      node.outputs.forEach((id, i) => (values[id] = results[i]!));
    });
    return graph.outputs.map((id) => values[id]!);
  }

  #lower(
    scope: Scope,
    node: AnyNode,
    graph: Graph,
    values: readonly (Value | undefined)[],
    facts: Facts,
  ): readonly Value[] {
    const outputs = node.outputs.map((id) => graph.avals[id]!);
    if (outputs.every(({ shape }) => shape.includes(0))) {
      return outputs.map((aval) => emptyValue(scope, aval));
    }
    const reason = unsupported(node, graph.avals);
    if (reason !== undefined) {
      const where = node.source === undefined ? '' : ` (${node.source})`;
      throw new UnsupportedError(`${node.op}${where}: ${reason}`);
    }
    const before = this.#model.source;
    this.#model.source = joined(before, node.source);
    const results = lowerNode(node, {
      scope,
      inputs: node.inputs.map((id) => values[id]!),
      outputs,
      lastReader: node.inputs.map((id) => facts.uses[id] === 1),
      hasGradient: facts.pooled.has(node.outputs[0]!),
      phasesFor: facts.phases.get(node.outputs[0]!),
      cut: facts.cuts.get(node.outputs[0]!),
      lowerGraph: (inner, body, inputs) => this.#lowerGraph(inner, body, inputs),
    });
    this.#model.source = before;
    return results.map((value, i) => (size(value) === 0 ? emptyValue(scope, outputs[i]!) : value));
  }

  #constant(id: ValueId, data: HostArray, aval: Aval, outermost: boolean): Value {
    const embedded = this.#options.embedConstants ?? true;
    if (!embedded && outermost && data.length > SMALL) {
      return this.#entry(`constant_${id}`, aval, id);
    }
    const held = carrierOf(aval.dtype);
    if (data.length > SMALL) {
      const type = onnxType(aval.dtype);
      const name = this.#model.raw(type, aval.shape, data, this.#options.constantNames?.get(id));
      return plainValue(held === aval.dtype ? name : this.#scope.castTo(name, held), aval);
    }
    const numbers = Array.from(
      decode(data, aval.dtype) as ArrayLike<number | bigint>,
      (value) => value,
    );
    const bounds = numbers.every((value) => Number.isSafeInteger(Number(value)))
      ? boundsOf(numbers)
      : undefined;
    const splat = aval.shape.length === 0 && held !== 'int64' ? Number(numbers[0]) : undefined;
    const known = held === 'float32' || held === 'float64' ? undefined : bounds;
    const name = this.#model.tensor(held, aval.shape, numbers);
    return plainValue(name, aval, { range: known, splat });
  }
}

function boundsOf(numbers: ArrayLike<number | bigint>): readonly [number, number] | undefined {
  const list = Array.from(numbers, Number);
  return list.length === 0 ? undefined : [Math.min(...list), Math.max(...list)];
}

function joined(prefix: string | undefined, source: string | undefined): string | undefined {
  if (prefix === undefined || source === undefined) return prefix ?? source;
  return `${prefix}/${source}`;
}

function checkedOpset(opset: number): number {
  if ([18, 19, 20, 21, 23].includes(opset)) return opset;
  throw new ArgumentError(`opset ${opset}: use 18, 19, 20, 21 or 23`);
}
