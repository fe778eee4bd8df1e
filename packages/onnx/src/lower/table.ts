/** All lowerings in one table: TypeScript refuses it as long as an op is missing. */
import type { AnyNode, OpName } from '@addax/core';
import type { Lower, Lowering, Lowerings } from '../lowering.ts';
import type { Value } from '../value.ts';
import { COMPOSITES } from './composite.ts';
import { CONTROL } from './control.ts';
import { CONVOLUTIONS } from './convolution.ts';
import { INDEXING } from './index-ops.ts';
import { POINTWISE } from './pointwise.ts';
import { POOLING } from './pool.ts';
import { PRODUCTS } from './product.ts';
import { RANDOM } from './random.ts';
import { REDUCTIONS } from './reduce.ts';
import { SHAPE } from './shape.ts';

const LOWERINGS: Lowerings<OpName> = {
  ...POINTWISE,
  ...SHAPE,
  ...INDEXING,
  ...REDUCTIONS,
  ...PRODUCTS,
  ...CONVOLUTIONS,
  ...POOLING,
  ...RANDOM,
  ...CONTROL,
  ...COMPOSITES,
};

/** The values of a node. */
export function lowerNode(
  node: AnyNode,
  context: Omit<Lowering<OpName>, 'attrs'>,
): readonly Value[] {
  // The attributes belong to the op; TypeScript loses that through the union.
  const lower = LOWERINGS[node.op] as unknown as Lower<OpName>;
  return lower({ ...context, attrs: node.attrs } as Lowering<OpName>);
}
