/** What lowerings ask of the graph around their node. */
import type { AnyNode, Aval, Graph, PoolAttrs, ValueId } from '@addax/core';
import { channelsFirst, isTiledBy } from './lower/windows.ts';

/** One of the slices that a value is cut into along an axis, with nothing left over. */
export interface Cut {
  readonly axis: number;
  /** Of all slices, in their order along the axis. */
  readonly sizes: readonly number[];
  readonly index: number;
}

/** Facts of a graph. */
export interface Facts {
  /** How often each value is read. */
  readonly uses: Uint32Array;
  /** Results of pooling whose gradient is in the graph. */
  readonly pooled: ReadonlySet<ValueId>;
  /** Results of convolutions that are only biased, rectified and pooled, and the pooling. */
  readonly phases: ReadonlyMap<ValueId, PoolAttrs>;
  /** Results of slices that cut up their operand. */
  readonly cuts: ReadonlyMap<ValueId, Cut>;
}

/** Windows of more positions than this are pooled by the runtime. */
const MOST_PHASES = 4;

/** Convolutions that read more than this per result spend more on strided reading than pooling costs. */
const MOST_READ = 64;

export function factsOf(graph: Graph, needed: Uint8Array): Facts {
  const uses = new Uint32Array(graph.avals.length);
  const pooled = new Set<ValueId>();
  const producers = new Map<ValueId, AnyNode>();
  const nodes = graph.nodes.filter((_, i) => needed[i] === 1);
  for (const node of nodes) {
    for (const id of node.inputs) uses[id]!++;
    for (const id of node.outputs) producers.set(id, node);
    if (node.op === 'poolGrad' && node.attrs.fn === 'max') pooled.add(node.inputs[1]!);
  }
  for (const id of graph.outputs) uses[id]!++;
  const phases = new Map<ValueId, PoolAttrs>();
  for (const node of nodes) {
    if (node.op !== 'pool' || !pooled.has(node.outputs[0]!)) continue;
    const conv = pooledConvolution(graph, node.inputs[0]!, node.attrs, uses, producers);
    if (conv !== undefined) phases.set(conv, node.attrs);
  }
  return { uses, pooled, phases, cuts: cutsOf(graph, nodes) };
}

type Slice = Extract<AnyNode, { readonly op: 'slice' }>;

/** The one axis along which a slice takes a run of its operand. */
function slicedAxis({ avals }: Graph, { inputs, attrs }: Slice): number | undefined {
  const { start, limit, strides } = attrs;
  const sizes = avals[inputs[0]!]!.shape;
  const axes = sizes.flatMap((size, i) => (start[i] === 0 && limit[i] === size ? [] : [i]));
  return axes.length === 1 && strides.every((step) => step === 1) ? axes[0] : undefined;
}

function cutsOf(graph: Graph, nodes: readonly AnyNode[]): Map<ValueId, Cut> {
  const groups = new Map<string, Slice[]>();
  for (const node of nodes) {
    const axis = node.op === 'slice' ? slicedAxis(graph, node) : undefined;
    if (node.op !== 'slice' || axis === undefined) continue;
    const key = `${node.inputs[0]} ${axis}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const cuts = new Map<ValueId, Cut>();
  for (const [key, slices] of groups) {
    const [operand, axis] = key.split(' ').map(Number) as [ValueId, number];
    slices.sort((a, b) => a.attrs.start[axis]! - b.attrs.start[axis]!);
    const ends = slices.map(({ attrs }) => attrs.limit[axis]!);
    const isWhole =
      slices.every(({ attrs }, i) => attrs.start[axis] === (ends[i - 1] ?? 0)) &&
      ends.at(-1) === graph.avals[operand]!.shape[axis];
    if (!isWhole) continue;
    const sizes = ends.map((end, i) => end - (ends[i - 1] ?? 0));
    slices.forEach(({ outputs }, index) => cuts.set(outputs[0]!, { axis, sizes, index }));
  }
  return cuts;
}

/** The convolution behind a pooling, if its result goes nowhere else; its value id. */
function pooledConvolution(
  graph: Graph,
  pooledId: ValueId,
  attrs: PoolAttrs,
  uses: Uint32Array,
  producers: ReadonlyMap<ValueId, AnyNode>,
): ValueId | undefined {
  const aval = graph.avals[pooledId]!;
  const taps = attrs.window.reduce((a, b) => a * b, 1);
  if (aval.dtype !== 'float32' || taps > MOST_PHASES || !isTiledBy(attrs, aval)) return undefined;
  // The pooled value itself is read by the pooling and by its gradient.
  if (uses[pooledId] !== 2 || !hasGradientOf(graph, pooledId, attrs)) return undefined;
  let id = pooledId;
  for (let step = 0; step < 3; step++) {
    const node = producers.get(id);
    if (node?.op === 'conv') return readsLittle(graph, node) ? id : undefined;
    if (node?.op !== 'binary') return undefined;
    const [main, other] = node.inputs as [ValueId, ValueId];
    const isChain =
      (node.attrs.fn === 'max' && isZero(producers.get(other))) ||
      (node.attrs.fn === 'add' && isPerChannel(producers.get(other), attrs, aval));
    if (!isChain || uses[main] !== 1) return undefined;
    id = main;
  }
  return undefined;
}

function readsLittle({ avals }: Graph, conv: AnyNode): boolean {
  const { shape } = avals[conv.inputs[1]!]!;
  return shape.length <= 5 && shape.slice(0, -1).reduce((a, b) => a * b, 1) <= MOST_READ;
}

function hasGradientOf(graph: Graph, id: ValueId, attrs: PoolAttrs): boolean {
  const gradient = graph.nodes.find((node) => node.op === 'poolGrad' && node.inputs[0] === id);
  return JSON.stringify(gradient?.attrs) === JSON.stringify(attrs);
}

function isZero(node: AnyNode | undefined): boolean {
  return node?.op === 'full' && node.attrs.value === 0;
}

/** Whether the value is a vector stretched along all axes but that of the channels. */
function isPerChannel(node: AnyNode | undefined, { layout }: PoolAttrs, aval: Aval): boolean {
  if (node?.op !== 'broadcast') return false;
  const channel = channelsFirst(layout, aval.shape.length)[1];
  return node.attrs.axes.length === 1 && node.attrs.axes[0] === channel;
}

/** Which nodes some output depends on. */
export function neededNodes(graph: Graph): Uint8Array {
  const wanted = new Set<ValueId>(graph.outputs);
  const needed = new Uint8Array(graph.nodes.length);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!node.outputs.some((id) => wanted.has(id))) continue;
    needed[i] = 1;
    for (const id of node.inputs) wanted.add(id);
  }
  return needed;
}
