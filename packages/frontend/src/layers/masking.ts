/**
 * Masks: which elements of a tensor count. They travel beside tensors (a weak table for concrete and
 * traced ones, a field of symbolic ones), are made by Embedding and Masking, passed on by layers that
 * support masking, and consumed by recurrent layers, attention, losses and metrics.
 */
import { keep, mapTree, SymbolicTensor, Tensor } from '@addax/core';

const masks = new WeakMap<Tensor, Tensor>();

/** The mask that travels with a tensor. */
export function getMask(value: unknown): Tensor | undefined {
  return value instanceof Tensor ? masks.get(value) : undefined;
}

/** Gives a tensor a mask (true: counts), which lives as long as the tensor; undefined removes it. */
export function setMask(value: Tensor, mask: Tensor | null | undefined): void {
  if (mask === undefined || mask === null) masks.delete(value);
  else masks.set(value, keep(mask));
}

/** The masks of a tree of tensors as the same tree; undefined if there are none. */
export function masksOf(tree: unknown): unknown {
  let any = false;
  const found = mapTree(tree, (leaf) => {
    const mask = leaf instanceof SymbolicTensor ? leaf.mask : getMask(leaf);
    if (mask !== undefined) any = true;
    return mask ?? null;
  });
  return any ? found : undefined;
}

/** Sets masks on the tensors of a tree, leaf by leaf; those already set stay. */
export function setMasks(tree: unknown, maskTree: unknown): void {
  const flat: unknown[] = [];
  mapTree(maskTree, (leaf) => flat.push(leaf));
  let index = 0;
  mapTree(tree, (leaf) => {
    const mask = flat[index++];
    if (leaf instanceof Tensor && mask instanceof Tensor && !masks.has(leaf)) setMask(leaf, mask);
    return leaf;
  });
}
