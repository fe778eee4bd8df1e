/**
 * Which backend new values go to: `setBackend`, else `ADDAX_BACKEND`, else `addax.json`, else `auto`.
 * A failed explicit choice throws with the reason and never falls back.
 */
import { config } from '../config.ts';
import { BackendUnavailableError } from '../errors.ts';
import { environment, isInstalled, loadPackage, PLATFORM } from '#platform';
import type { Backend, BackendModule, BackendOptions, LateBackend, Probe } from './contract.ts';
import { PendingBackend } from './pending.ts';
import { registry } from './registry.ts';

/** One row of {@link backends}. */
export interface BackendInfo {
  readonly name: string;
  readonly installed: boolean;
  readonly available: boolean;
  /** The device, when available. */
  readonly device?: string;
  /** Why not, when not. */
  readonly reason?: string;
}

/** Backends of this project, in the order `auto` tries them. */
const KNOWN: readonly string[] = ['cuda', 'webgpu', 'onnx', 'cpu'];

/**
 * Makes a backend known by its name, without choosing it. In a bundle, names cannot be resolved: hand
 * modules over here or to {@link setBackend}.
 */
export function registerBackend(module: BackendModule): void {
  const { name } = module;
  if (registry.modules.get(name) === module) return;
  registry.modules.set(name, module);
  // What another module of this name made is not what this one would make.
  for (const key of registry.created.keys()) {
    if (key.startsWith(`${name} `)) registry.created.delete(key);
  }
}

/**
 * Makes a backend known and the last resort of `auto` (the frontend embeds cpu): its module, or how
 * to load it when it is needed.
 */
export function embedBackend(backend: BackendModule | LateBackend): void {
  const { name } = backend;
  if ('load' in backend) registry.late.set(name, backend);
  else if (!registry.modules.has(name)) registerBackend(backend);
  registry.embedded ??= name;
}

function packageOf(name: string): string {
  return KNOWN.includes(name) ? `@addax/backend-${name}` : name;
}

function isModule(value: unknown): value is BackendModule {
  const candidate = value as Partial<BackendModule> | undefined;
  return typeof candidate?.probe === 'function' && typeof candidate.create === 'function';
}

/** The module of a name: registered, else embedded, else loaded from its package. */
function moduleOf(name: string): BackendModule {
  const registered = registry.modules.get(name);
  if (registered !== undefined) return registered;
  const embedded = registry.late.get(name)?.load();
  if (embedded !== undefined) {
    registerBackend(embedded);
    return embedded;
  }
  const loaded = loadPackage(packageOf(name)) as { default?: unknown } | undefined;
  if (loaded === undefined) {
    const known = [...new Set([...KNOWN, ...registry.modules.keys()])].join(', ');
    throw new BackendUnavailableError(
      PLATFORM === 'browser'
        ? `backend "${name}" is not registered: in a bundle, import its package and hand the ` +
            'module over: await setBackend(module).'
        : `backend "${name}" is not installed: run npm install ${packageOf(name)}, or choose ` +
            `one of ${known}.`,
    );
  }
  const module = isModule(loaded) ? loaded : loaded.default;
  if (!isModule(module)) {
    throw new BackendUnavailableError(
      `package "${packageOf(name)}" is not an Addax backend: its default export has no probe() ` +
        'and create().',
    );
  }
  registry.modules.set(name, module);
  return module;
}

/** Numbers of objects that JSON cannot tell apart. */
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

function createdKey(module: BackendModule, options: BackendOptions | undefined): string {
  const text = JSON.stringify(options ?? {}, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if (Object.getPrototypeOf(value) === Object.prototype) return value;
    // A device or its like: only the object itself says which it is.
    if (!numbers.has(value)) numbers.set(value, ++lastNumber);
    return `#${numbers.get(value)}`;
  });
  return `${module.name} ${text}`;
}

/** A backend that was made before and is still good. */
function existing(key: string): Backend | undefined {
  const backend = registry.created.get(key);
  return backend?.isLost === true ? undefined : backend;
}

/** A backend at once: created if the device needs no waiting, else pending. */
function obtain(module: BackendModule, options?: BackendOptions): Backend {
  const key = createdKey(module, options);
  let backend = existing(key);
  if (backend === undefined) {
    backend =
      module.createSync === undefined
        ? new PendingBackend(module.name, () => createChecked(module, options))
        : module.createSync(options);
    registry.created.set(key, backend);
  }
  return backend;
}

async function createChecked(module: BackendModule, options?: BackendOptions): Promise<Backend> {
  const probe = await module.probe({ isAutomatic: false, options });
  if (!probe.ok) {
    throw new BackendUnavailableError(
      `backend "${module.name}" is not available: ${probe.reason}. Choose another with ` +
        'setBackend(name) or ADDAX_BACKEND.',
    );
  }
  return module.create(options);
}

/** The backend new values go to; decided at the first need. */
export function defaultBackend(): Backend {
  return (registry.default ??= choose());
}

function choose(): Backend {
  const name = environment('ADDAX_BACKEND') ?? config().backend ?? 'auto';
  return name === 'auto' ? automatic() : obtain(moduleOf(name));
}

/** First of the known backends that is there; pends only if a candidate must be asked. */
function automatic(): Backend {
  const order = PLATFORM === 'browser' ? KNOWN : KNOWN.filter((name) => name !== 'webgpu');
  const candidates = order.filter(
    (name) => registry.modules.has(name) || registry.late.has(name) || isInstalled(packageOf(name)),
  );
  if (candidates.length === 0 && registry.embedded !== undefined) {
    candidates.push(registry.embedded);
  }
  const first = candidates[0];
  if (first === undefined) {
    throw new BackendUnavailableError(
      'no backend is there: import @addax/frontend (which embeds cpu), or install and choose one ' +
        'with setBackend.',
    );
  }
  const modules = candidates.map(moduleOf);
  if (modules[0]!.createSync !== undefined) return obtain(modules[0]!);
  return new PendingBackend('auto', async () => {
    const reasons: string[] = [];
    for (const module of modules) {
      const probe = await module.probe({ isAutomatic: true });
      if (probe.ok) return module.createSync?.() ?? module.create();
      reasons.push(`${module.name}: ${probe.reason}`);
    }
    throw new BackendUnavailableError(`no backend is available (${reasons.join('; ')})`);
  });
}

/**
 * Chooses the backend for new values; waits for its device and throws if it is not there. Tensors and
 * variables made before stay where they are (`model.to`, `tensor.to` move them).
 *
 * @param backend A name (`cpu`, `onnx`, `webgpu`, `cuda`, `auto`, an npm package) or a module.
 *
 * @example
 * await setBackend('cpu');
 */
export async function setBackend(
  backend: string | BackendModule,
  options?: BackendOptions,
): Promise<void> {
  if (typeof backend !== 'string') registerBackend(backend);
  if (backend === 'auto') {
    const chosen = automatic();
    if (chosen instanceof PendingBackend) await chosen.init();
    registry.default = chosen;
    return;
  }
  const module = typeof backend === 'string' ? moduleOf(backend) : backend;
  const key = createdKey(module, options);
  let chosen = existing(key);
  if (chosen === undefined) {
    chosen = await createChecked(module, options);
    registry.created.set(key, chosen);
  } else if (chosen instanceof PendingBackend) {
    await chosen.init();
  }
  registry.default = chosen;
}

/** Makes an existing backend object the default; for tests and hosts that manage their own. */
export function useBackend(backend: Backend): void {
  registry.default = backend;
}

/** The backend new values go to. */
export function getBackend(): Backend {
  return defaultBackend();
}

/** Waits until the default backend's device is ready; rejects with the reason if it is not there. */
export async function init(): Promise<void> {
  const backend = defaultBackend();
  if (backend instanceof PendingBackend) await backend.init();
}

/** Every known backend: installed? available? device, or the reason why not. */
export async function backends(): Promise<BackendInfo[]> {
  const { modules, late } = registry;
  const names = [...new Set([...KNOWN, ...modules.keys(), ...late.keys()])];
  return Promise.all(names.map(describeBackend));
}

async function describeBackend(name: string): Promise<BackendInfo> {
  let module: BackendModule;
  try {
    module = moduleOf(name);
  } catch (error) {
    return { name, installed: false, available: false, reason: (error as Error).message };
  }
  const probe: Probe = await module.probe();
  return probe.ok
    ? { name, installed: true, available: true, device: probe.device }
    : { name, installed: true, available: false, reason: probe.reason };
}
