/**
 * Structural keys: equal text means equal structure, so executables can be shared. Sources stay out;
 * small constants enter by content, large ones by identity and bodies by the number of their own key,
 * so that a large constant or a repeated layer costs a few characters.
 */
import type { HostArray } from '../dtypes.ts';
import type { AnyNode, Aval, Graph, OpAttrs, OpName } from './types.ts';

const keys = new WeakMap<Graph, string>();
const bodyNumbers = new Map<string, number>();
const constantNumbers = new WeakMap<HostArray, number>();
let constantCount = 0;

/** Number of a constant's data; the same for the same array only. */
export function constantNumber(data: HostArray): number {
  let number = constantNumbers.get(data);
  if (number === undefined) {
    number = ++constantCount;
    constantNumbers.set(data, number);
  }
  return number;
}

/** Elements up to which a constant enters the key by content. */
const SMALL = 64;

function constantKey(data: HostArray): string {
  if (data.length > SMALL) return `#${constantNumber(data)}`;
  return `=${Array.from(data as ArrayLike<number | bigint>, (value) =>
    typeof value === 'number' ? numberKey(value) : String(value),
  ).join()}:`;
}

/** Number of a body's structure; equal structures have equal numbers. */
function bodyNumber(body: Graph): number {
  const key = graphKey(body);
  let number = bodyNumbers.get(key);
  if (number === undefined) {
    number = bodyNumbers.size + 1;
    bodyNumbers.set(key, number);
  }
  return number;
}

type PairList = readonly (readonly [number, number])[];

/** Numbers as text that keeps −0 apart from 0. */
function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** [[1, 2], [3, 4]] as "1,2,3,4"; the length of a pair is known. */
function pairs(list: PairList): string {
  return list.join();
}

function convKey(attrs: OpAttrs['conv']): string {
  const { strides, padding, dilation, groups, layout } = attrs;
  return `${strides.join()};${pairs(padding)};${dilation.join()};${groups};${layout}`;
}

function poolKey(attrs: OpAttrs['pool']): string {
  const { fn, window, strides, padding, dilation, layout } = attrs;
  return `${fn};${window.join()};${strides.join()};${pairs(padding)};${dilation.join()};${layout}`;
}

const ATTRIBUTE_KEYS: { readonly [Op in OpName]: (attrs: OpAttrs[Op]) => string } = {
  full: ({ value, shape, dtype }) => `${numberKey(value)};${shape.join()};${dtype}`,
  iota: ({ shape, axis, dtype }) => `${shape.join()};${axis};${dtype}`,
  randomBits: ({ shape }) => shape.join(),
  unary: ({ fn }) => fn,
  binary: ({ fn }) => fn,
  compare: ({ fn }) => fn,
  select: () => '',
  cast: ({ dtype }) => dtype,
  bitcast: ({ dtype }) => dtype,
  stopGradient: () => '',
  broadcast: ({ shape, axes }) => `${shape.join()};${axes.join()}`,
  reshape: ({ shape }) => shape.join(),
  transpose: ({ permutation }) => permutation.join(),
  slice: ({ start, limit, strides }) => `${start.join()};${limit.join()};${strides.join()}`,
  pad: ({ low, high, interior }) => `${low.join()};${high.join()};${interior.join()}`,
  concat: ({ axis }) => String(axis),
  reverse: ({ axes }) => axes.join(),
  gather: ({ axis, batchDims }) => `${axis};${batchDims}`,
  scatter: ({ axis, batchDims, mode }) => `${axis};${batchDims};${mode}`,
  dynamicSlice: ({ sizes }) => sizes.join(),
  dynamicUpdateSlice: () => '',
  reduce: ({ fn, axes }) => `${fn};${axes.join()}`,
  argReduce: ({ fn, axis }) => `${fn};${axis}`,
  cumulative: ({ fn, axis, reverse }) => `${fn};${axis};${reverse}`,
  sort: ({ axis, descending }) => `${axis};${descending}`,
  dot: ({ batch, contract }) => `${pairs(batch)};${pairs(contract)}`,
  conv: convKey,
  convGradInput: (attrs) => `${convKey(attrs)};${attrs.inputShape.join()}`,
  convGradKernel: (attrs) => `${convKey(attrs)};${attrs.kernelShape.join()}`,
  pool: poolKey,
  poolGrad: poolKey,
  scan: ({ body, length, constants, carries, reverse, saveCarries }) =>
    `${bodyNumber(body)};${length};${constants};${carries};${reverse};${saveCarries}`,
  cond: (attrs) => `${bodyNumber(attrs.then)};${bodyNumber(attrs.else)}`,
  while: ({ cond, body, constants }) => `${bodyNumber(cond)};${bodyNumber(body)};${constants}`,
  call: ({ name, body, options, grad }) =>
    `${JSON.stringify(name)};${bodyNumber(body)};${JSON.stringify(options)};` +
    (grad === undefined ? '' : bodyNumber(grad)),
};

/** Text of a node's attributes: equal text means equal attributes. */
export function nodeAttributesKey(node: AnyNode): string {
  // The attributes belong to the op; TypeScript loses that through the union.
  return (ATTRIBUTE_KEYS[node.op] as (attrs: AnyNode['attrs']) => string)(node.attrs);
}

function avalKey(aval: Aval): string {
  return `${aval.dtype}[${aval.shape.join()}]`;
}

/** Text that is equal for graphs of equal structure, whatever their value ids and sources. */
export function graphKey(graph: Graph): string {
  const known = keys.get(graph);
  if (known !== undefined) return known;
  const numbers = new Int32Array(graph.avals.length);
  let count = 0;
  let text = '';
  for (const id of graph.inputs) {
    numbers[id] = count++;
    text += `${avalKey(graph.avals[id]!)} `;
  }
  for (const [id, data] of graph.constants) {
    numbers[id] = count++;
    text += `${constantKey(data)}${avalKey(graph.avals[id]!)} `;
  }
  for (const node of graph.nodes) {
    text += `\n${node.op} ${nodeAttributesKey(node)}(`;
    for (const id of node.inputs) text += `${numbers[id]},`;
    for (const id of node.outputs) numbers[id] = count++;
  }
  text += '\n';
  for (const id of graph.outputs) text += `${numbers[id]},`;
  keys.set(graph, text);
  return text;
}
