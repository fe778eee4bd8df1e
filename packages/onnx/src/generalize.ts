/**
 * One model for every batch size, from models of the same function at two sizes: what differs between
 * them grows evenly with the batch, so it is computed from the size of the first input. A model at a
 * third size says whether that is so.
 */
import { UnsupportedError } from '@addax/core';
import { nodeProto, tensorProto } from './model.ts';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  TensorProto_DataType as DataType,
  type TensorProto,
  type ValueInfoProto,
} from './proto/onnx_pb.ts';

/** The same function at one batch size. */
export interface Sized {
  readonly batch: number;
  readonly proto: ModelProto;
}

/** Name of the axis in the model. */
const BATCH = 'batch';

function differs(what: string): UnsupportedError {
  return new UnsupportedError(
    `a model for every batch size: ${what} depends on the batch in a way that cannot be written ` +
      "down; export it with batch: 'static'",
  );
}

/** Elements of a constant as numbers. */
function numbersOf({ dataType, rawData }: TensorProto, name: string): number[] {
  const bytes = rawData.slice().buffer;
  switch (dataType) {
    case DataType.INT64:
      return Array.from(new BigInt64Array(bytes), Number);
    case DataType.INT32:
      return Array.from(new Int32Array(bytes));
    case DataType.UINT32:
      return Array.from(new Uint32Array(bytes));
    case DataType.FLOAT:
      return Array.from(new Float32Array(bytes));
    case DataType.DOUBLE:
      return Array.from(new Float64Array(bytes));
    default:
      throw differs(`constant ${name}`);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset) return true;
  return a.every((byte, i) => byte === b[i]);
}

/** A whole number that grows evenly: offset + slope · batch. */
interface Line {
  readonly offset: number;
  readonly slope: number;
}

class Generalizer {
  readonly #sizes: readonly Sized[];
  readonly #constants: readonly ReadonlyMap<string, TensorProto>[];
  /** Names in the other models of what has this name in the first. */
  readonly #names: readonly Map<string, string>[];
  readonly #prefix: NodeProto[] = [];
  readonly #added: TensorProto[] = [];
  readonly #made = new Map<string, string>();
  #input = '';
  #count = 0;

  constructor(sizes: readonly Sized[]) {
    this.#sizes = sizes;
    this.#constants = sizes.map(
      ({ proto }) => new Map(proto.graph!.initializer.map((tensor) => [tensor.name, tensor])),
    );
    this.#names = sizes.map(() => new Map());
  }

  run(): void {
    const graphs = this.#sizes.map(({ proto }) => proto.graph!);
    const first = graphs[0]!;
    this.#input = this.#batchInput(graphs);
    this.#graph(graphs);
    first.node.unshift(...this.#prefix);
    first.initializer.push(...this.#added);
    const read = new Set<string>();
    collectReads(first, read);
    first.initializer = first.initializer.filter(({ name }) => read.has(name));
  }

  /** An input whose first axis is the batch. */
  #batchInput(graphs: readonly GraphProto[]): string {
    const found = graphs[0]!.input.find((info, i) => {
      const [a, b] = graphs.map((graph) => dimsOf(graph.input[i]!)[0]);
      return a === BigInt(this.#sizes[0]!.batch) && a !== b && info.name !== '';
    });
    if (found === undefined) throw differs('no input');
    return found.name;
  }

  #graph(graphs: readonly GraphProto[]): void {
    const first = graphs[0]!;
    const isAlike = graphs.every(
      ({ node, input, output }) =>
        node.length === first.node.length &&
        input.length === first.input.length &&
        output.length === first.output.length,
    );
    if (!isAlike) throw differs('the number of nodes');
    first.input.forEach((_, i) => this.#infos(graphs.map(({ input }) => input[i]!)));
    first.node.forEach((_, i) => this.#node(graphs.map(({ node }) => node[i]!)));
    first.output.forEach((_, i) => this.#infos(graphs.map(({ output }) => output[i]!)));
  }

  #infos(infos: readonly ValueInfoProto[]): void {
    infos.forEach(({ name }, k) => this.#names[k]!.set(infos[0]!.name, name));
    const lists = infos.map(dimsOf);
    const type = infos[0]!.type?.value;
    if (type?.case !== 'tensorType') return;
    type.value.shape?.dim.forEach((dim, i) => {
      const sizes = lists.map((list) => Number(list[i]));
      if (new Set(sizes).size === 1) return;
      const { offset, slope } = this.#line(sizes, `the shape of ${infos[0]!.name}`);
      const text = offset === 0 && slope === 1 ? BATCH : `${slope}*${BATCH}+${offset}`;
      dim.value = { case: 'dimParam', value: text };
    });
  }

  #node(nodes: readonly NodeProto[]): void {
    const first = nodes[0]!;
    const where = first.name === '' ? first.opType : first.name;
    for (const node of nodes) {
      const isAlike =
        node.opType === first.opType &&
        node.input.length === first.input.length &&
        node.attribute.length === first.attribute.length;
      if (!isAlike) throw differs(where);
    }
    first.input = first.input.map((_, i) =>
      this.#operand(
        nodes.map(({ input }) => input[i]!),
        first.opType === 'Reshape' && i === 1,
        where,
      ),
    );
    first.attribute.forEach((attribute, i) => {
      const all = nodes.map((node) => node.attribute[i]!);
      if (attribute.g !== undefined) return this.#graph(all.map(({ g }) => g!));
      for (const { name, f, i: whole, ints } of all) {
        const isSame =
          name === attribute.name &&
          Object.is(f, attribute.f) &&
          whole === attribute.i &&
          ints.join() === attribute.ints.join();
        if (!isSame) throw differs(`${attribute.name} of ${where}`);
      }
    });
    first.output.forEach((name, i) =>
      nodes.forEach(({ output }, k) => this.#names[k]!.set(name, output[i]!)),
    );
  }

  #operand(names: readonly string[], isShape: boolean, where: string): string {
    const first = names[0]!;
    const tensors = names.map((name, k) => this.#constants[k]!.get(name));
    if (tensors[0] === undefined) {
      const isSame = names.every((name, k) => name === '' || this.#names[k]!.get(first) === name);
      if (!isSame) throw differs(where);
      return first;
    }
    if (tensors.some((tensor) => tensor === undefined)) throw differs(where);
    const all = tensors as TensorProto[];
    if (all.every((tensor) => sameBytes(tensor.rawData, all[0]!.rawData))) {
      if (all.some(({ dims }) => dims.join() !== all[0]!.dims.join())) throw differs(where);
      return first;
    }
    return this.#computed(all, isShape, where);
  }

  /** A constant that grows with the batch, as a value. */
  #computed(tensors: readonly TensorProto[], isShape: boolean, where: string): string {
    const { dataType, dims } = tensors[0]!;
    const lists = tensors.map((tensor) => numbersOf(tensor, where));
    const key = `${isShape} ${dataType} ${dims.join()} ${JSON.stringify(lists)}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    if (lists.some((list) => list.length !== lists[0]!.length)) throw differs(where);
    const lines = lists[0]!.map((_, i) =>
      this.#line(
        lists.map((list) => list[i]!),
        where,
      ),
    );
    const name = this.#write(lines, dataType, dims.map(Number), isShape);
    this.#made.set(key, name);
    return name;
  }

  #line(values: readonly number[], where: string): Line {
    const [a, b] = this.#sizes;
    const slope = (values[1]! - values[0]!) / (b!.batch - a!.batch);
    const offset = values[0]! - slope * a!.batch;
    const isEven = values.every((value, k) => value === offset + slope * this.#sizes[k]!.batch);
    if (!isEven || !Number.isInteger(slope) || !Number.isInteger(offset)) throw differs(where);
    return { slope, offset };
  }

  #write(
    lines: readonly Line[],
    dataType: number,
    dims: readonly number[],
    isShape: boolean,
  ): string {
    const moving = lines.filter(({ slope }) => slope !== 0);
    // A shape with one unknown size needs no computation.
    if (isShape && moving.length === 1 && lines.every(({ slope, offset }) => slope + offset > 0)) {
      return this.#constant(lines.map(({ slope, offset }) => (slope === 0 ? offset : -1)));
    }
    const slopes = this.#constant(lines.map(({ slope }) => slope));
    const offsets = this.#constant(lines.map(({ offset }) => offset));
    const grown = this.#node1('Mul', [this.#batch(), slopes]);
    const sum = this.#node1('Add', [grown, offsets]);
    const shaped =
      dims.length === 1 ? sum : this.#node1('Reshape', [sum, this.#constant([...dims])]);
    return dataType === DataType.INT64 ? shaped : this.#node1('Cast', [shaped], { to: dataType });
  }

  /** The batch size on one axis. */
  #batch(): string {
    const known = this.#made.get(BATCH);
    if (known !== undefined) return known;
    const name = this.#node1('Shape', [this.#input], { start: 0, end: 1 });
    this.#made.set(BATCH, name);
    return name;
  }

  #node1(op: string, inputs: readonly string[], attributes: Record<string, number> = {}): string {
    const name = `addax/${BATCH}_${this.#count++}`;
    this.#prefix.push(nodeProto(op, '', inputs, [name], attributes, `${name}/${op}`));
    return name;
  }

  #constant(values: readonly number[]): string {
    const name = `addax/${BATCH}_${this.#count++}`;
    const data = BigInt64Array.from(values, BigInt);
    this.#added.push(tensorProto(name, DataType.INT64, [values.length], data));
    return name;
  }
}

function dimsOf({ type }: ValueInfoProto): bigint[] {
  if (type?.value.case !== 'tensorType') return [];
  const dims = type.value.value.shape?.dim ?? [];
  return dims.map(({ value }) => (value.case === 'dimValue' ? value.value : -1n));
}

function collectReads(graph: GraphProto, read: Set<string>): void {
  for (const { name } of graph.output) read.add(name);
  for (const { input, attribute } of graph.node) {
    for (const name of input) read.add(name);
    for (const { g } of attribute) if (g !== undefined) collectReads(g, read);
  }
}

/** Changes the first of three models into one for every batch size; throws if that cannot be. */
export function generalize(sizes: readonly Sized[]): ModelProto {
  new Generalizer(sizes).run();
  return sizes[0]!.proto;
}
