/**
 * Finding what belongs to a layer: sublayers, variables, metrics and seed generators among its own
 * properties (through arrays, Maps, Sets and plain records), in definition order. Private fields
 * cannot be seen; `layer.track(…)` is for those.
 */
import { isRecord, Variable } from '@addax/core';
import type { Layer } from './layer.ts';
import type { MetricLike } from './types.ts';

/** What was found. */
export interface Tracked {
  readonly layers: Layer[];
  readonly variables: Variable[];
  readonly metrics: MetricLike[];
  /** State variables of seed generators. */
  readonly seeds: Variable[];
}

const layers = new WeakSet<object>();

/** Notes that an object is a layer (the base constructor does). */
export function registerLayer(layer: object): void {
  layers.add(layer);
}

/** Whether a value is a layer. */
export function isLayer(value: unknown): value is Layer {
  return (typeof value === 'function' || typeof value === 'object') && value !== null
    ? layers.has(value)
    : false;
}

/** Whether a value is a metric. */
export function isMetric(value: unknown): value is MetricLike {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const candidate = value as Partial<MetricLike>;
  return (
    !isLayer(value) &&
    typeof candidate.updateState === 'function' &&
    typeof candidate.resetState === 'function' &&
    typeof candidate.result === 'function'
  );
}

function seedState(value: object): Variable | undefined {
  const { state, next } = value as { state?: unknown; next?: unknown };
  return typeof next === 'function' && state instanceof Variable ? state : undefined;
}

/** What stands in the own properties of `owner` and in `extra`. */
export function scan(owner: object, extra: Iterable<unknown> = []): Tracked {
  const found: Tracked = { layers: [], variables: [], metrics: [], seeds: [] };
  const seen = new Set<unknown>([owner]);
  const visit = (value: unknown): void => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return;
    if (seen.has(value)) return;
    seen.add(value);
    if (isLayer(value)) found.layers.push(value);
    else if (value instanceof Variable) found.variables.push(value);
    else if (Array.isArray(value)) visitArray(value, visit);
    else if (value instanceof Map || value instanceof Set) value.forEach(visit);
    else if (isRecord(value)) for (const item of Object.values(value)) visit(item);
    else if (isMetric(value)) found.metrics.push(value);
    else {
      const state = seedState(value);
      if (state !== undefined) found.seeds.push(state);
    }
  };
  for (const value of Object.values(owner)) visit(value);
  for (const value of extra) visit(value);
  return found;
}

/** Arrays of numbers may be long and hold nothing of interest. */
function visitArray(array: readonly unknown[], visit: (value: unknown) => void): void {
  if (typeof array[0] === 'number') return;
  for (const item of array) visit(item);
}

/** The first of each, in order. */
export function unique<T>(items: Iterable<T>): T[] {
  return [...new Set(items)];
}
