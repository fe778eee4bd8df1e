/**
 * Composites that are launches of hand-made kernels: their table, and which of them run so. All others
 * are inlined before a graph comes here.
 */
import type { AnyNode, Aval, Node } from '@addax/core';
import { UnsupportedError } from '@addax/core';
import type { Abilities } from '../launch.ts';
import { attention, runsAttention } from './attention.ts';
import type { Lowering } from './call.ts';
import { layerNorm, runsLayerNorm } from './layer-norm.ts';
import { logSoftmax, runsSoftmax, softmax } from './softmax.ts';

/** A composite with kernels of its own. */
interface Named {
  /** Whether its kernels take these operands, and are better than the body. */
  readonly runs: (node: Node<'call'>, avals: readonly Aval[], abilities: Abilities) => boolean;
  /** All of these can run a fused kernel on each element of the result. */
  readonly lower: Lowering<'call'>;
}

const COMPOSITES: Readonly<Partial<Record<string, Named>>> = {
  softmax: { runs: runsSoftmax, lower: softmax },
  logSoftmax: { runs: runsSoftmax, lower: logSoftmax },
  layerNorm: { runs: runsLayerNorm, lower: layerNorm },
  attention: { runs: runsAttention, lower: attention },
};

/** Whether a node is a composite that runs by name. */
export function isNamed(node: AnyNode, avals: readonly Aval[], abilities: Abilities): boolean {
  return node.op === 'call' && COMPOSITES[node.attrs.name]?.runs(node, avals, abilities) === true;
}

/** Lowers a composite. */
export const composite: Lowering<'call'> = (node, call) => {
  const named = COMPOSITES[node.attrs.name];
  if (named === undefined) {
    throw new UnsupportedError(
      `the webgpu backend has no kernel for the composite "${node.attrs.name}": inline its body`,
    );
  }
  named.lower(node, call);
};
