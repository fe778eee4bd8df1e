/** What the runtime cannot do, and which composites it has by name. */
import { type AnyNode, type Aval, isFloat } from '@addax/core';
import { isNamed } from './lower/composite.ts';
import { DEFAULT_OPSET } from './options.ts';

/** Why the runtime cannot run this node, in words; undefined where it can. */
export function unsupported(node: AnyNode, avals: readonly Aval[]): string | undefined {
  if (node.op !== 'bitcast') return undefined;
  const from = avals[node.inputs[0]!]!.dtype;
  const to = node.attrs.dtype;
  if (isFloat(from) === isFloat(to)) return from === to ? undefined : twoFloats(from, to);
  return `the runtime has no operator that reads the bits of ${from} as ${to}`;
}

function twoFloats(from: Aval['dtype'], to: Aval['dtype']): string | undefined {
  return isFloat(from) ? `the runtime cannot read the bits of ${from} as ${to}` : undefined;
}

/**
 * Whether a composite is emitted whole, by the name of an operator of the runtime. In training it is
 * inlined, so that its gradient shares what the forward pass computes.
 */
export function supportsComposite(
  node: AnyNode,
  avals: readonly Aval[],
  { training, opset = DEFAULT_OPSET }: { readonly training: boolean; readonly opset?: number },
): boolean {
  if (training || node.op !== 'call') return false;
  return isNamed(
    node.attrs,
    node.inputs.map((id) => avals[id]!),
    opset,
  );
}
