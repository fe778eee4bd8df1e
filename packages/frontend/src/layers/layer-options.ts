/** Checks and readings of what every layer's constructor takes. */
import {
  ArgumentError,
  type FunctionalNode,
  mapTree,
  StateError,
  type SymbolicTensor,
} from '@addax/core';
import { formatShape } from './input-spec.ts';
import type { LayerOptions, Shape, ShapeStruct } from './types.ts';

const KNOWN: ReadonlySet<string> = new Set<keyof LayerOptions>([
  'name',
  'trainable',
  'dtype',
  'autocast',
  'activityRegularizer',
  'inputShape',
  'batchInputShape',
  'batchShape',
  'batchSize',
  'inputDtype',
]);

/** Refuses options that no class took and the base does not know. */
export function checkOptions(className: string, options: LayerOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError(
      `${className} takes one options object, such as { name: 'my_layer' }; got ${String(options)}.`,
    );
  }
  for (const [key, value] of Object.entries(options)) {
    if (KNOWN.has(key) || value === undefined) continue;
    throw new ArgumentError(
      `${className}: unknown option "${key}". Options of every layer are ${[...KNOWN].join(', ')}; ` +
        "see the class's own options for the others.",
    );
  }
  const { name } = options;
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.includes('/'))) {
    throw new ArgumentError(
      `${className}: name must be a non-empty string without "/", got ${JSON.stringify(name)}.`,
    );
  }
}

/** The shape of the input with its batch axis, if any option says it. */
export function inputShapeOf(options: LayerOptions): Shape | undefined {
  const whole = options.batchInputShape ?? options.batchShape;
  const shape = whole ?? (options.inputShape && [options.batchSize ?? null, ...options.inputShape]);
  if (shape === undefined) return undefined;
  for (const size of shape) {
    if (size === null || (Number.isInteger(size) && size >= 0)) continue;
    throw new ArgumentError(
      `inputShape ${formatShape(shape)} must hold whole numbers, or null for unknown sizes.`,
    );
  }
  return Object.freeze([...shape]);
}

/** Whether a tree of shapes is one shape. */
export function isShape(value: ShapeStruct): value is Shape {
  return Array.isArray(value) && value.every((size) => size === null || typeof size === 'number');
}

/** A tree of shapes with each shape replaced. */
export function mapShapes(shapes: ShapeStruct, leaf: (shape: Shape) => unknown): unknown {
  if (isShape(shapes)) return leaf(shapes);
  if (Array.isArray(shapes)) {
    return (shapes as readonly ShapeStruct[]).map((item) => mapShapes(item, leaf));
  }
  return Object.fromEntries(
    Object.entries(shapes).map(([key, item]) => [key, mapShapes(item, leaf)]),
  );
}

/** The shapes of a tree of symbolic or concrete tensors. */
export function shapesOf(tree: unknown): ShapeStruct {
  return mapTree(tree, (leaf) => {
    const shape = (leaf as { shape?: Shape } | null | undefined)?.shape;
    return shape ?? null;
  }) as ShapeStruct;
}

/** Shape and dtype of each leaf that has them. */
export function isShaped(leaf: unknown): leaf is SymbolicTensor {
  return typeof leaf === 'object' && leaf !== null && 'shape' in leaf && 'dtype' in leaf;
}

/** The node of a layer that was called on symbolic tensors exactly once. */
export function firstNode(layer: {
  readonly label: string;
  readonly inboundNodes: readonly FunctionalNode[];
}): FunctionalNode {
  const { inboundNodes: nodes, label } = layer;
  if (nodes.length === 1) return nodes[0]!;
  throw new StateError(
    nodes.length === 0
      ? `${label} has no symbolic input or output: it was not called on a symbolic tensor.`
      : `${label} was called on ${nodes.length} symbolic inputs: use the tensors each call gave.`,
  );
}
