/**
 * The stack of layer calls in progress: where `training` comes from when nobody says it, the path that
 * new weights get, and whether a call is a probe for shapes.
 */
import type { Layer } from './layer.ts';

/** One call (or build) in progress. */
export interface CallContext {
  readonly layer: Layer;
  readonly parent: CallContext | undefined;
  readonly training: boolean | undefined;
  /** Names of the layers down to this one, joined by "/". */
  readonly path: string;
  /** Whether the layer is being called, rather than built by hand. */
  readonly calling: boolean;
  /** Abstract evaluation: losses added in it do not count. */
  readonly probing: boolean;
}

let current: CallContext | undefined;
let step = false;
let probingStep = false;

/** The innermost call in progress. */
export function callContext(): CallContext | undefined {
  return current;
}

/** Runs `fn` as part of a call of `layer`. */
export function inContext<T>(
  layer: Layer,
  options: {
    readonly training?: boolean | undefined;
    readonly probing?: boolean;
    readonly calling?: boolean;
  },
  fn: () => T,
): T {
  const parent = current;
  current = {
    layer,
    parent,
    training: options.training ?? parent?.training,
    path: parent === undefined ? layer.name : `${parent.path}/${layer.name}`,
    calling: options.calling ?? false,
    probing: options.probing ?? parent?.probing ?? probingStep,
  };
  try {
    return fn();
  } finally {
    current = parent;
  }
}

/**
 * Runs a training or test step: the losses that layers add pile up over all calls inside.
 *
 * @param options `probing`: whether it is evaluated without numbers, to make what it needs.
 */
export function inStep<T>(fn: () => T, options: { readonly probing?: boolean } = {}): T {
  const outer = { step, probingStep, current };
  step = true;
  probingStep = options.probing ?? false;
  current = undefined;
  try {
    return fn();
  } finally {
    ({ step, probingStep, current } = outer);
  }
}

/** Whether a call starts a new collection of losses: it is outermost and no step is running. */
export function startsCollection(): boolean {
  return current === undefined && !step;
}
