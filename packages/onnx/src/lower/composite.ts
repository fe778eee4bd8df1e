/** Composites that the runtime has by name; every other one is written as its body. */
import type { Lowering, Lowerings } from '../lowering.ts';
import type { Value } from '../value.ts';

type CallContext = Lowering<'call'>;

export const COMPOSITES: Lowerings<'call'> = {
  call: (context: CallContext): readonly Value[] =>
    context.lowerGraph(context.scope, context.attrs.body, context.inputs),
};
