/** Configurations as Keras writes them, from objects. */
import { isRecord, nest, Tensor, UnsupportedError } from '@addax/core';
import * as activations from '../activations/index.ts';
import { DTypePolicy } from '../dtype-policies/dtype-policy.ts';
import { toSnakeIdentifier } from '../identifiers.ts';
import { isLayer } from '../layers/tracking.ts';
import { describeClass } from './catalog.ts';
import { IDENTIFIER_OPTIONS } from './identifier-options.ts';
import { modelObject, type Write } from './model-config.ts';
import { registrationOf, type SerializableEntry } from './registry.ts';

/** An object as it stands in a file. */
export interface SerializedObject {
  readonly module: string | null;
  readonly class_name: string;
  readonly config: unknown;
  readonly registered_name: string | null;
  readonly build_config?: unknown;
}

/**
 * The configuration of an object (layer, loss, optimizer …), as Keras writes it. Constant tensors in
 * the graph of a model are read at once, which not every backend can do; `model.save` waits for them.
 *
 * @throws UnsupportedError for a class or function without a name in files, saying how to give it one.
 *
 * @example
 * serialize(new losses.Huber({ delta: 2 }));
 * // { module: 'keras.losses', class_name: 'Huber', config: { delta: 2, … }, registered_name: null }
 */
export function serialize(value: unknown): unknown {
  return writerWith((tensor) => nest(tensor.dataSync(), tensor.shape))(value);
}

/** The same where reading a tensor may take a while, as on devices. */
export async function serializeLater(value: unknown): Promise<unknown> {
  const configs: { readonly tensor: Tensor; readonly config: { value: unknown } }[] = [];
  const written = writerWith(
    () => null,
    (tensor, config) => configs.push({ tensor, config }),
  )(value);
  await Promise.all(
    configs.map(async ({ tensor, config }) => {
      config.value = await tensor.array();
    }),
  );
  return written;
}

/** A writer of values, given how it comes by the elements of constants: now, or after the rest. */
function writerWith(
  elements: (tensor: Tensor) => unknown,
  later: (tensor: Tensor, config: { value: unknown }) => void = () => undefined,
): Write {
  const write: Write = (value) => writeValue(value, write, constant);
  const constant = (tensor: Tensor): unknown => {
    const config = { value: elements(tensor), dtype: tensor.dtype };
    later(tensor, config);
    return { class_name: '__tensor__', config };
  };
  return write;
}

function writeValue(value: unknown, write: Write, constant: (tensor: Tensor) => unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) return value.map(write);
  if (value instanceof DTypePolicy) return policy(value.name);
  if (value instanceof Tensor) return constant(value);
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, write(item)]));
  }
  const object = serializeObject(value, write);
  if (object !== undefined) return object;
  if (typeof value === 'function') return serializeFunction(value as () => unknown);
  throw new UnsupportedError(`a value of this kind cannot stand in a file: ${String(value)}`);
}

function policy(name: string): SerializedObject {
  return { module: 'keras', class_name: 'DTypePolicy', config: { name }, registered_name: null };
}

function serializeFunction(fn: () => unknown): unknown {
  const name = activations.serialize(fn as never);
  if (typeof name === 'string') return toSnakeIdentifier(name);
  const registration = registrationOf(fn);
  if (registration !== undefined) {
    return {
      module: 'builtins',
      class_name: 'function',
      config: registration.registeredName,
      registered_name: 'function',
    };
  }
  throw new UnsupportedError(
    `the function ${fn.name === '' ? '(without a name)' : `"${fn.name}"`} has no name in files: ` +
      "make it known with registerSerializable(fn, { package: 'my', name: '…' }).",
  );
}

interface Configurable {
  getConfig(): Readonly<Record<string, unknown>>;
}

function serializeObject(value: object, write: Write): SerializedObject | undefined {
  if (typeof (value as Partial<Configurable>).getConfig !== 'function') return undefined;
  const model = modelObject(value, write);
  if (model !== undefined) return model as unknown as SerializedObject;
  const described = describeClass(value);
  const config = (value as Configurable).getConfig();
  if (described === undefined) {
    throw new UnsupportedError(
      `${String(value)} is of a class without a name in files: make it known with ` +
        "registerSerializable(Class, { package: 'my', name: 'Class' }).",
    );
  }
  if ('entry' in described) {
    const { entry } = described;
    return {
      module: entry.module,
      class_name: entry.className,
      config: builtInConfig(entry, config, isLayer(value), write),
      registered_name: null,
      ...buildConfig(value),
    };
  }
  const { names = {}, name, registeredName } = described;
  const written = Object.entries(config).map(([option, item]) => [
    names[option] ?? option,
    write(item),
  ]);
  return {
    module: null,
    class_name: name,
    config: Object.fromEntries(written),
    registered_name: registeredName,
    ...buildConfig(value),
  };
}

/** Names that Keras gives to the first argument of layers that take further ones by name. */
const FIRST_ARGUMENT: Readonly<Record<string, string>> = {
  MultiHeadAttention: 'query',
  GroupedQueryAttention: 'query',
};

/** The shapes a layer was built with, where Keras' `build` takes them; else its call tells them. */
function buildConfig(value: object): { build_config?: unknown } {
  if (!isLayer(value) || !value.built || value.buildShape === undefined) return {};
  const others = Object.entries(value.argumentShapes);
  const first = FIRST_ARGUMENT[value.className];
  if (first !== undefined) {
    const shapes = [[first, value.buildShape] as const, ...others];
    const named = shapes.map(([argument, shape]) => [
      `${toSnakeIdentifier(argument)}_shape`,
      shape,
    ]);
    return { build_config: { shapes_dict: Object.fromEntries(named) } };
  }
  return others.length === 0 ? { build_config: { input_shape: value.buildShape } } : {};
}

function builtInConfig(
  entry: SerializableEntry,
  config: Readonly<Record<string, unknown>>,
  layer: boolean,
  write: Write,
): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(config)) {
    const key = entry.names[option];
    if (key === undefined) {
      throw new UnsupportedError(
        `option "${option}" of ${entry.className} has no name in files; known: ` +
          `${Object.keys(entry.names).join(', ')}.`,
      );
    }
    const identifier = IDENTIFIER_OPTIONS.has(option) || (entry.identifiers ?? []).includes(option);
    if (layer && option === 'dtype' && typeof value === 'string') written[key] = policy(value);
    else if (identifier && typeof value === 'string') written[key] = toSnakeIdentifier(value);
    else written[key] = write(value);
  }
  return written;
}
