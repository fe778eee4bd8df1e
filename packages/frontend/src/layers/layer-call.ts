/**
 * How a call of a layer runs. On concrete (or traced) tensors: convert and cast, build, check, compute
 * under the layer's name and dtype, pass masks on. On symbolic tensors: build, find the result's shape by
 * abstract evaluation, and record a functional node.
 */
import {
  AddaxError,
  ArgumentError,
  type CallArguments,
  currentTrace,
  describe,
  type FunctionalNode,
  infer,
  isFloat,
  isRecord,
  isRecording,
  isTypedArray,
  leavesOf,
  mapTree,
  scope,
  StateError,
  type Struct,
  SymbolicTensor,
  Tensor,
  toTensor,
  UnsupportedError,
  Variable,
  withAutocast,
  withSource,
} from '@addax/core';
import { warn } from '../platform.ts';
import { callContext, inContext, startsCollection } from './call-context.ts';
import { checkSpec, formatShape, type InputSpec } from './input-spec.ts';
import { isShaped, mapShapes, shapesOf } from './layer-options.ts';
import type { Layer, MaskStruct } from './layer.ts';
import { getMask, masksOf, setMask, setMasks } from './masking.ts';
import type { CallOptions, ResolvedCallOptions, ShapeStruct, WeightFunction } from './types.ts';

/** The parts of a layer that only calls touch. */
export interface CallTarget {
  addNode(args: CallArguments, outputs: unknown): FunctionalNode;
  clearLosses(): void;
  readonly activity: WeightFunction | undefined;
  /** Layers known to track this one. */
  readonly trackedBy: WeakSet<Layer>;
  /** Whether its class says what becomes of masks. */
  readonly ownMasks: boolean;
}

/** Whether a tree has a symbolic tensor among its leaves. */
export function hasSymbolic(tree: unknown): boolean {
  if (tree instanceof SymbolicTensor) return true;
  if (tree instanceof Tensor) return false;
  if (Array.isArray(tree)) return tree.some(hasSymbolic);
  return isRecord(tree) && Object.values(tree).some(hasSymbolic);
}

/** A call on tensors, variables and host arrays. */
export function callConcrete(
  layer: Layer,
  target: CallTarget,
  inputs: unknown,
  options: CallOptions,
): unknown {
  if (startsCollection()) target.clearLosses();
  return inContext(layer, { training: options.training, calling: true }, () =>
    compute(layer, target, inputs, options),
  );
}

/** A call on symbolic tensors. */
export function callSymbolic(
  layer: Layer,
  target: CallTarget,
  inputs: unknown,
  options: CallOptions,
): unknown {
  const context = { training: options.training, probing: true, calling: true };
  const found = inContext(layer, context, () => {
    annotating(layer, inputs, () => prepare(layer, inputs, options));
    const masks = masksOf({ inputs, options }) ?? null;
    return infer({ inputs, options, masks }, (tree) => {
      const probe = tree as { inputs: unknown; options: CallOptions; masks: unknown };
      setMasks({ inputs: probe.inputs, options: probe.options }, probe.masks);
      const outputs = compute(layer, target, probe.inputs, probe.options);
      return { outputs, masks: masksOf(outputs) ?? null };
    }) as { outputs: unknown; masks: unknown };
  });
  const flat = leavesOf(found.masks);
  leavesOf(found.outputs).forEach((leaf, i) => {
    const mask = flat[i];
    if (leaf instanceof SymbolicTensor && mask instanceof SymbolicTensor) leaf.mask = mask;
  });
  return target.addNode({ inputs, options }, found.outputs).outputs;
}

function compute(layer: Layer, target: CallTarget, inputs: unknown, options: CallOptions): unknown {
  const run = (): unknown =>
    annotating(layer, inputs, () =>
      withSource(layer.name, () =>
        withDType(layer, () => computeInside(layer, target, inputs, options)),
      ),
    );
  // Under a tape or in a trace intermediate values belong to whoever looks on.
  return currentTrace() === undefined && !isRecording() ? scope(run) : run();
}

function withDType(layer: Layer, run: () => unknown): unknown {
  return withAutocast(layer.autocast ? layer.computeDtype : undefined, run);
}

function computeInside(
  layer: Layer,
  target: CallTarget,
  inputs: unknown,
  options: CallOptions,
): unknown {
  const given = mapOperands(layer, inputs);
  const others = castLeaves(layer, options) as CallOptions;
  prepare(layer, given, others);
  checkTracked(layer, target);
  const mask = options.mask === undefined ? masksOf(given) : options.mask;
  const training = options.training ?? callContext()?.training ?? false;
  const resolved: ResolvedCallOptions = { ...withArgumentMasks(others), mask, training };
  const outputs = layer.call(given as Struct<Tensor>, resolved);
  if (outputs instanceof Promise) {
    outputs.catch(() => undefined);
    throw new UnsupportedError(
      `${layer.label}: call() returned a promise, but layers are synchronous. Read values ` +
        '(await tensor.data()) outside of them.',
    );
  }
  passMasks(layer, target, given, outputs, mask as MaskStruct);
  if (target.activity !== undefined) {
    for (const leaf of leavesOf(outputs)) {
      if (!(leaf instanceof Tensor)) continue;
      // Per sample, as in Keras: the penalty does not grow with the batch.
      const penalty = target.activity(leaf);
      layer.addLoss(leaf.rank === 0 ? penalty : penalty.div(Math.max(1, leaf.shape[0]!)));
    }
  }
  return outputs;
}

/** Builds for these shapes if need be, and checks the inputs against the layer's expectations. */
function prepare(layer: Layer, inputs: unknown, options: CallOptions): void {
  if (layer.inputSpec !== undefined) checkInputs(layer, layer.inputSpec, inputs);
  if (layer.built) return;
  const others: Record<string, ShapeStruct> = {};
  for (const [key, value] of Object.entries(options)) {
    if (key === 'mask' || value === null || value === undefined) continue;
    if (leavesOf(value).every(isShaped) && leavesOf(value).length > 0)
      others[key] = shapesOf(value);
  }
  // Weights are drawn on the host and keep their own dtype.
  withAutocast(undefined, () => layer.build(buildShapes(inputs), others));
  if (layer.inputSpec !== undefined) checkInputs(layer, layer.inputSpec, inputs);
}

/** Shapes to build for; in a probe the size of the batch means nothing. */
function buildShapes(inputs: unknown): ShapeStruct {
  const shapes = shapesOf(inputs);
  if (callContext()?.probing !== true) return shapes;
  return mapShapes(shapes, ([first, ...rest]) =>
    first === undefined ? [] : [null, ...rest],
  ) as ShapeStruct;
}

function checkInputs(layer: Layer, spec: InputSpec | readonly InputSpec[], inputs: unknown): void {
  const leaves = leavesOf(inputs).filter(isShaped);
  const specs = Array.isArray(spec) ? (spec as readonly InputSpec[]) : [spec as InputSpec];
  if (leaves.length !== specs.length) {
    throw new ArgumentError(
      `${layer.label}: expected ${specs.length} input(s), got ${leaves.length}.`,
    );
  }
  specs.forEach((one, i) => checkSpec(layer.label, one, leaves[i]!.shape, leaves[i]!.dtype));
}

/** Operands as tensors of the dtype the layer computes in; masks move along. */
function mapOperands(layer: Layer, tree: unknown): unknown {
  if (tree === null || tree === undefined) return tree;
  if (tree instanceof Tensor) return castInput(layer, tree);
  if (tree instanceof Variable) return castInput(layer, tree.value);
  if (typeof tree === 'number' || typeof tree === 'boolean' || isTypedArray(tree)) {
    return castInput(layer, toTensor(tree));
  }
  if (Array.isArray(tree)) {
    return isNumeric(tree)
      ? castInput(layer, toTensor(tree as number[]))
      : tree.map((item) => mapOperands(layer, item));
  }
  if (isRecord(tree)) {
    return Object.fromEntries(
      Object.entries(tree).map(([key, item]) => [key, mapOperands(layer, item)]),
    );
  }
  throw new ArgumentError(
    `${layer.label}: expected a tensor, an array or a record of them, got ${describe(tree)}.`,
  );
}

function isNumeric(array: readonly unknown[]): boolean {
  let first: unknown = array[0];
  while (Array.isArray(first)) first = first[0];
  return typeof first === 'number' || typeof first === 'boolean';
}

function castLeaves(layer: Layer, options: CallOptions): unknown {
  return mapTree(options, (leaf) => {
    if (leaf instanceof Tensor) return castInput(layer, leaf);
    return leaf instanceof Variable ? castInput(layer, leaf.value) : leaf;
  });
}

function castInput(layer: Layer, tensor: Tensor): Tensor {
  const { computeDtype } = layer;
  if (!layer.autocast || !isFloat(tensor.dtype) || tensor.dtype === computeDtype) return tensor;
  const result = tensor.cast(computeDtype);
  const mask = getMask(tensor);
  if (mask !== undefined) setMask(result, mask);
  return result;
}

/** The mask of a further tensor argument `value` comes as `valueMask`, unless somebody gave one. */
function withArgumentMasks(options: CallOptions): CallOptions {
  let result: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(options)) {
    const mask = getMask(value);
    if (mask === undefined || options[`${key}Mask`] !== undefined) continue;
    (result ??= { ...options })[`${key}Mask`] = mask;
  }
  return result ?? options;
}

function passMasks(
  layer: Layer,
  target: CallTarget,
  inputs: unknown,
  outputs: unknown,
  mask: MaskStruct,
): void {
  const tensors = leavesOf(outputs).filter((leaf): leaf is Tensor => leaf instanceof Tensor);
  if (tensors.every((leaf) => getMask(leaf) !== undefined)) return;
  const masks = layer.computeMask(inputs as Struct<Tensor>, mask);
  if (masks !== null && masks !== undefined) setMasks(outputs, masks);
  else if (!layer.supportsMasking && !target.ownMasks && masksOf(inputs) !== undefined) {
    warnOfLostMask(layer);
  }
}

const warned = new WeakSet<Layer>();

/** Once per layer; Keras' words, which people look up. */
function warnOfLostMask(layer: Layer): void {
  if (warned.has(layer)) return;
  warned.add(layer);
  warn(
    `Layer '${layer.name}' (of type ${layer.className}) was passed an input with a mask attached ` +
      'to it. However, this layer does not support masking and will therefore destroy the mask ' +
      'information. Downstream layers will not see the mask. (A layer of your own passes masks on ' +
      'with supportsMasking = true.)',
  );
}

/** A layer with weights must be found by a layer that calls it, or it would not be trained. */
function checkTracked(layer: Layer, target: CallTarget): void {
  const parent = callContext()?.parent;
  if (parent === undefined || parent.layer === layer || target.trackedBy.has(parent.layer)) return;
  if (layer.weights.length > 0) {
    let known = false;
    for (let up: typeof parent | undefined = parent; up !== undefined && !known; up = up.parent) {
      known = up.layer === layer || contains(up.layer, layer);
    }
    if (!known) {
      throw new StateError(
        `${layer.label} is called inside ${parent.layer.label}, which does not know it, so its ` +
          'weights would be neither trained nor saved: keep it in a field (not a #private one), or ' +
          `tell the parent with this.track(layer).`,
      );
    }
  }
  target.trackedBy.add(parent.layer);
}

/** What each layer was found to hold, at any depth; looked up anew only for a stranger. */
const held = new WeakMap<Layer, WeakSet<Layer>>();

function contains(owner: Layer, wanted: Layer): boolean {
  if (held.get(owner)?.has(wanted) === true) return true;
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    for (const inner of layer.sublayers) {
      if (found.has(inner)) continue;
      found.add(inner);
      visit(inner);
    }
  };
  visit(owner);
  held.set(owner, new WeakSet(found));
  return found.has(wanted);
}

const annotated = new WeakSet<AddaxError>();

/** Names the innermost layer in errors that come out of its call. */
function annotating<T>(layer: Layer, inputs: unknown, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof AddaxError && !annotated.has(error)) {
      annotated.add(error);
      if (!error.message.includes(`"${layer.name}"`)) {
        error.message = `${layer.label}: ${error.message}${inputText(inputs)}`;
      }
    }
    throw error;
  }
}

function inputText(inputs: unknown): string {
  const shapes = leavesOf(inputs)
    .filter(isShaped)
    .map(({ shape }) => formatShape(shape));
  return shapes.length === 0 ? '' : ` (input shape ${shapes.join(', ')})`;
}
