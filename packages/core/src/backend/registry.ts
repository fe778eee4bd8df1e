/**
 * The process-wide table of backend modules and the default backend. It hangs off `globalThis`, so
 * that two copies of this package (or its source and its build) see one table.
 */
import type { Backend, BackendModule, LateBackend } from './contract.ts';

/** What is known process-wide. */
export interface BackendRegistry {
  readonly modules: Map<string, BackendModule>;
  /** Embedded modules that nobody needed yet. */
  readonly late: Map<string, LateBackend>;
  /** Backends made so far, by name and options. */
  readonly created: Map<string, Backend>;
  /** What new values go to. */
  default: Backend | undefined;
  /** The module embedded by the frontend, used when nothing else is chosen. */
  embedded: string | undefined;
}

const KEY: unique symbol = Symbol.for('@addax/core/registry@0');

interface Holder {
  [KEY]?: BackendRegistry;
}

/** The one registry of this process. */
export const registry: BackendRegistry = ((globalThis as Holder)[KEY] ??= {
  modules: new Map(),
  late: new Map(),
  created: new Map(),
  default: undefined,
  embedded: undefined,
});
