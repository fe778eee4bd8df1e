/**
 * Where nodes are written: one scope per (sub)graph. A scope writes no node twice, and values of an
 * outer scope are seen by the inner ones, as in ONNX itself. Constants all stand in the outermost
 * graph.
 */
import { UnsupportedError } from '@addax/core';
import { type Carrier, carrierArray, onnxType } from './carriers.ts';
import { type Attributes, graphProto, MICROSOFT, nodeProto, tensorProto } from './model.ts';
import type { Target } from './options.ts';
import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from './proto/onnx_pb.ts';

/** Name of a value in the model. */
export type Name = string;

/** Names of the kind that {@link Model.fresh} makes. */
const OWN = /^[a-z]\d+$/;

/** What all scopes of a model share. */
export class Model {
  readonly target: Target;
  readonly opset: number;
  readonly initializers: TensorProto[] = [];
  readonly domains: Set<string> = new Set<string>();
  readonly #constants = new Map<string, Name>();
  #count = 0;
  /** Stands in the names of the nodes that are written: the layer they come from. */
  source: string | undefined;

  /** Whether the nodes must be the same for every batch size. */
  readonly dynamic: boolean;
  readonly #names = new Set<Name>();

  /** Threads within an operator that the model must be right for. */
  readonly threads: number;

  constructor(target: Target, opset: number, dynamic: boolean, threads: number = Infinity) {
    this.target = target;
    this.opset = opset;
    this.dynamic = dynamic;
    this.threads = threads;
  }

  /** A name that no other value has. */
  fresh(prefix = 'v'): Name {
    let name: Name;
    do name = `${prefix}${this.#count++}`;
    while (this.#names.has(name));
    return name;
  }

  /** Keeps names of inputs and outputs from being given to anything else. */
  reserve(names: readonly Name[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** A constant of a carrier. */
  tensor(carrier: Carrier, dims: readonly number[], values: ArrayLike<number | bigint>): Name {
    const data = carrierArray(carrier, values);
    let key: string | undefined;
    if (data.byteLength <= 512) {
      key = `${carrier}[${dims.join()}]${new Uint8Array(data.buffer).join()}`;
      const known = this.#constants.get(key);
      if (known !== undefined) return known;
    }
    const name = this.raw(onnxType(carrier), dims, data);
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }

  /** A constant of raw elements, under a name of its own if that is free. */
  raw(type: number, dims: readonly number[], data: ArrayBufferView, wanted?: string): Name {
    const isFree = wanted !== undefined && !OWN.test(wanted) && !this.#names.has(wanted);
    const name = isFree ? wanted : this.fresh('c');
    this.#names.add(name);
    this.initializers.push(tensorProto(name, type, dims, data));
    return name;
  }
}

/** One graph that is being written. */
export class Scope {
  readonly model: Model;
  readonly parent: Scope | undefined;
  readonly nodes: NodeProto[] = [];
  readonly #written = new Map<string, readonly Name[]>();
  readonly #producers = new Map<Name, NodeProto>();

  constructor(model: Model, parent?: Scope) {
    this.model = model;
    this.parent = parent;
  }

  /** A node with one output. */
  node(op: string, inputs: readonly Name[], attributes: Attributes = {}): Name {
    return this.nodeOf(op, inputs, attributes, 1)[0]!;
  }

  /** A node with several outputs; one of an extension's domain is written `domain:Op`. */
  nodeOf(
    op: string,
    inputs: readonly Name[],
    attributes: Attributes,
    count: number,
  ): readonly Name[] {
    const plain = Object.values(attributes).every(
      (value) => typeof value !== 'object' || !('$typeName' in value),
    );
    const key = plain ? `${op} ${count} ${inputs.join()} ${JSON.stringify(attributes)}` : undefined;
    const known = key === undefined ? undefined : this.#find(key);
    if (known !== undefined) return known;
    const { model } = this;
    const outputs = Array.from({ length: count }, () => model.fresh());
    const [domain, opType] = op.includes(':') ? op.split(':') : ['', op];
    if (domain !== '') model.domains.add(domain!);
    const name = model.source === undefined ? '' : `${model.source}/${opType}_${outputs[0]}`;
    const node = nodeProto(opType!, domain!, inputs, outputs, attributes, name);
    this.nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    if (key !== undefined) this.#written.set(key, outputs);
    return outputs;
  }

  #find(key: string): readonly Name[] | undefined {
    if (this.#written.has(key)) return this.#written.get(key);
    return this.parent === undefined ? undefined : this.parent.#find(key);
  }

  /** The node of this scope that gives a value. */
  producer(name: Name): NodeProto | undefined {
    return this.#producers.get(name);
  }

  /** A value under a name of its own, as each output of a graph needs one. */
  output(name: Name, own: Name = this.model.fresh('o')): Name {
    this.nodes.push(nodeProto('Identity', '', [name], [own], {}, ''));
    return own;
  }

  /** Int64 numbers on one axis, as shapes, axes and steps are given. */
  ints(values: readonly number[]): Name {
    return this.model.tensor('int64', [values.length], values);
  }

  /** A constant of rank 0. */
  scalar(value: number | bigint, carrier: Carrier): Name {
    return this.model.tensor(carrier, [], [value]);
  }

  /** A value as another type. */
  cast(name: Name, to: number): Name {
    return this.node('Cast', [name], { to });
  }

  /** A value as another carrier; the runtime's own conversion. */
  castTo(name: Name, carrier: Carrier): Name {
    return this.cast(name, onnxType(carrier));
  }

  /** A node of the runtime's own domain. */
  microsoft(op: string, inputs: readonly Name[], attributes: Attributes = {}): Name {
    if (this.model.target !== 'cpu') throw new UnsupportedError(`${op} is no standard operator`);
    return this.node(`${MICROSOFT}:${op}`, inputs, attributes);
  }

  /** A graph inside this one. */
  inner(): Scope {
    return new Scope(this.model, this);
  }

  /** The graph of this scope. */
  graph(
    name: string,
    inputs: readonly ValueInfoProto[],
    outputs: readonly ValueInfoProto[],
  ): GraphProto {
    return graphProto(name, this.nodes, inputs, outputs);
  }
}
