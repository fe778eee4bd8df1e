/**
 * Attention in one launch, without the matrix of scores (Dao et al., "FlashAttention: fast and
 * memory-efficient exact attention with IO-awareness", NeurIPS 2022). A workgroup has a block of
 * targets and goes over the sources block by block; with every block the greatest score of a target
 * may grow, and what was summed up before shrinks accordingly. The texts are in attention-text.ts.
 */
import type { Aval, Node } from '@addax/core';
import { highest, sizeOf } from '@addax/core';
import type { Abilities, BindingUse, Operand } from '../launch.ts';
import { storedType, WORD_BYTES } from '../storage.ts';
import {
  attentionText,
  BLOCK,
  COLUMNS,
  type Extras,
  NAMES,
  skipsSources,
  THREADS,
} from './attention-text.ts';
import type { Lowering } from './call.ts';
import { hasRows } from './rows.ts';
import { type Binding, floatBits, flatGroups, shader } from './words.ts';

/** Columns of a value that the threads of a workgroup can sum up. */
const MOST_COLUMNS = 256;

/** Fewer would leave most threads of their workgroup without work. */
const FEW_TARGETS = 8;

/** Bits of the lowest finite float32. */
const LOWEST = 0xff7fffff;
/** Bits of −0.7 times the largest: the score of a source that a target does not see. */
const UNSEEN = floatBits(-0.7 * highest('float32'));

function extrasOf({ attrs }: Node<'call'>): Extras {
  const { bias, mask, causal } = attrs.options;
  return { bias: bias === true, mask: mask === true, causal: causal === true };
}

/**
 * Whether the kernel takes the operands and is worth it, for not too few targets: where workgroups gain
 * from tiles, or it skips half of the work and products of the body cost as much as its own; and always
 * if the scores do not fit into one binding.
 */
export function runsAttention(
  node: Node<'call'>,
  avals: readonly Aval[],
  { workgroupTiles, quadLoads, maxBindingBytes }: Abilities,
): boolean {
  const operands = node.inputs.map((value) => avals[value]!);
  const [query, key, value] = operands as [Aval, Aval, Aval];
  const extras = extrasOf(node);
  const floats = extras.mask ? operands.slice(0, -1) : operands;
  const [batch, targets, heads, depth] = query.shape as [number, number, number, number];
  const scores = batch * targets * heads * key.shape[1]!;
  const takes = floats.every(hasRows) && value.shape[3]! <= MOST_COLUMNS;
  if (!takes || scores * depth === 0) return false;
  const isWorthIt = workgroupTiles || (skipsSources(extras) && !quadLoads);
  return (isWorthIt && targets >= FEW_TARGETS) || scores * WORD_BYTES > maxBindingBytes;
}

/** Strides of an operand that is broadcast to [batch, heads, targets, sources]. */
function broadcastStrides({ shape }: Aval): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides.unshift(shape[axis] === 1 ? 0 : stride);
    stride *= shape[axis]!;
  }
  return [0, 0, 0, 0, ...strides].slice(-4);
}

/** Lowers `attention`. */
export const attention: Lowering<'call'> = (node, call) => {
  const { epilogue, abilities } = call;
  const avals = node.inputs.map((value) => call.avals[value]!);
  const [query, key, value] = avals as [Aval, Aval, Aval];
  const result = call.avals[node.outputs[0]!]!;
  if (sizeOf(result.shape) === 0) return;
  const extras = extrasOf(node);
  const [batch, targets, heads, depth] = query.shape as [number, number, number, number];
  const [, sources, keyHeads] = key.shape as [number, number, number];
  const columns = value.shape[3]!;
  const inputs = avals.map((_, i) => call.input(i));
  const outputs = epilogue === undefined ? [call.output(0)] : [];
  const bindingOf = (operand: Operand, aval: Aval, use: BindingUse, isRows: boolean): Binding => {
    const type = storedType(aval.dtype, abilities);
    const isVector = isRows && aval.shape[3]! % 4 === 0 && call.isAligned(operand);
    return { use, type: isVector ? `vec4<${type}>` : type };
  };
  const bindings = [
    ...inputs.map((operand, i) => bindingOf(operand, avals[i]!, 'read', i < 3)),
    ...outputs.map((operand) => bindingOf(operand, result, 'write', true)),
  ];
  const { declarations, body } = attentionText({
    bindings: bindings.map(({ type }) => type),
    dtype: result.dtype,
    chunks: Math.ceil(columns / COLUMNS),
    fused: epilogue !== undefined,
    ...extras,
  });
  const blocks = Math.ceil(targets / BLOCK);
  const count = batch * heads * blocks;
  const bias = extras.bias ? broadcastStrides(avals[3]!) : [0, 0, 0, 0];
  const mask = extras.mask ? broadcastStrides(avals.at(-1)!) : [0, 0, 0, 0];
  const sizes = [count, blocks, heads, targets, sources, keyHeads, heads / keyHeads];
  const scale = floatBits(Number(node.attrs.options['scale']));
  const params = [...sizes, depth, columns, scale, LOWEST, UNSEEN, ...bias, ...mask];
  const made = shader({
    label: 'attention',
    bindings,
    names: NAMES,
    threads: THREADS,
    declarations,
    body,
    epilogue,
  });
  call.launch(
    made,
    [...inputs, ...(epilogue?.operands ?? outputs)],
    [...params, ...(epilogue?.params ?? [])],
    flatGroups(count * THREADS, THREADS, abilities.maxGroups),
  );
};
