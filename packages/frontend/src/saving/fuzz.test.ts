/**
 * Damaged and forged models and weights: each is read or refused with a typed error, and weights that
 * are refused leave the model as it was. Mutations are structural (the configuration's JSON, headers
 * of HDF5 inside the archive with its checksums made right again, directories, offsets) besides flipped
 * bytes. Each property runs on a fixed seed and on a fresh one, printed; `ADDAX_FUZZ_SEED` repeats it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FormatError, UnsupportedError } from '@addax/core';
import { MemorySink, openHdf5, openZip, writeHdf5, writeZip } from '@addax/formats';
import fc from 'fast-check';
import { input, layers, loadModel, Model, ops, Sequential, tensor } from '../index.ts';

const FRESH = Number(process.env['ADDAX_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** Bytes that may be asked of a file, as a multiple of its size; hangs ask without end. */
const WORK = 1000;

/** Inputs, those of them that got past the container's header, and those that were read. */
const counts = { inputs: 0, past: 0, read: 0 };

const { warn } = console;
beforeAll(() => {
  console.warn = () => undefined;
});
afterAll(() => {
  console.warn = warn;
});

/** A file that knows how much was asked of it. */
function metered(bytes: Uint8Array): { name: string; size: number } & {
  read(position: number, length: number): Promise<Uint8Array>;
  readInto(target: Uint8Array, position: number): void;
  close(): Promise<void>;
  asked(): number;
} {
  let asked = 0;
  const part = (position: number, length: number): Uint8Array => {
    asked += length + 16;
    if (asked > WORK * bytes.length) throw new FormatError('far too much is asked of the file');
    if (!(position >= 0 && length >= 0 && position + length <= bytes.length)) {
      throw new FormatError(`bytes ${position} to ${position + length} are not there`);
    }
    return bytes.subarray(position, position + length);
  };
  return {
    name: 'input',
    size: bytes.length,
    read: async (position, length) => part(position, length),
    readInto: (target, position) => target.set(part(position, target.length)),
    close: async () => undefined,
    asked: () => asked,
  };
}

/** Runs `read` on each input, which says whether it got past the header of its container. */
async function check<T>(
  inputs: fc.Arbitrary<T>,
  runs: number,
  past: (value: T) => boolean | Promise<boolean>,
  read: (value: T) => Promise<unknown>,
): Promise<void> {
  const property = fc.asyncProperty(inputs, async (value) => {
    counts.inputs += 1;
    if (await past(value)) counts.past += 1;
    try {
      await read(value);
      counts.read += 1;
    } catch (error) {
      if (error instanceof FormatError || error instanceof UnsupportedError) return;
      throw error;
    }
  });
  await fc.assert(property, { numRuns: runs / 2, seed: 20260101 });
  await fc.assert(property, { numRuns: runs / 2, seed: FRESH });
}

/** Loads a model from bytes, with an eye on the work. */
async function load(bytes: Uint8Array): Promise<unknown> {
  const file = metered(bytes);
  try {
    return await loadModel(file);
  } finally {
    expect(file.asked()).toBeLessThan(WORK * bytes.length);
  }
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Everything inside a value, with its place. */
function placesIn(value: Json): [holder: Json[] | Record<string, Json>, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key): [Json[] | Record<string, Json>, string][] => [
    [value, key],
    ...placesIn((value as Record<string, Json>)[key]!),
  ]);
}

const NAMES =
  'Dense LSTM InputLayer Sequential Functional Model Lambda Embedding Bidirectional __lambda__ ' +
  '__tensor__ __keras_tensor__ function constructor __proto__ toString Add Split Reshape relu adam ' +
  'keras.layers keras.src.ops.numpy keras.losses GlorotUniform Adam float16 int64 dense mse';

type Holder = Record<string, Json>;
type JsonEdit = (root: Json) => void;

function placeAt(root: Json, where: number): [Holder, string] {
  const places = placesIn(root);
  return places[where % places.length] as [Holder, string];
}

const SHAPES: Readonly<Record<string, (holder: Holder, key: string) => void>> = {
  remove: (holder, key) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  twice: (holder, key) => {
    if (Array.isArray(holder)) holder.push(holder[Number(key)] as Json);
    else holder[`${key}_`] = holder[key]!;
  },
  wrap: (holder, key) => {
    holder[key] = [holder[key]!];
  },
};

/** One change of a value somewhere in a JSON text. */
function jsonEdit(): fc.Arbitrary<JsonEdit> {
  const value = fc.oneof(
    fc.constantFrom<Json>(null, 0, -1, 1, 2 ** 31, 2 ** 53, 1e300, 0.5, '', [], {}, true, [0]),
    fc.constantFrom<Json>(...NAMES.split(' ')),
    fc.integer({ min: -4, max: 64 }),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  );
  const at = fc.nat(2 ** 20);
  const replaced = fc.tuple(at, value).map(([where, what]): JsonEdit => (root) => {
    const [holder, key] = placeAt(root, where);
    holder[key] = what;
  });
  const moved = fc.tuple(at, at).map(([where, from]): JsonEdit => (root) => {
    const [source, name] = placeAt(root, from);
    const [holder, key] = placeAt(root, where);
    holder[key] = JSON.parse(JSON.stringify(source[name])) as Json;
  });
  const reshaped = fc.tuple(at, fc.constantFrom(...Object.keys(SHAPES))).map(
    ([where, shape]): JsonEdit =>
      (root) =>
        SHAPES[shape]!(...placeAt(root, where)),
  );
  return fc.oneof(
    { weight: 4, arbitrary: replaced },
    { weight: 2, arbitrary: moved },
    { weight: 1, arbitrary: reshaped },
  );
}

/** A value with one to three changes. */
function forgedJson(value: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(value);
  return fc.array(jsonEdit(), { minLength: 1, maxLength: 3 }).map((edits) => {
    const root = JSON.parse(text) as Json;
    for (const edit of edits) if (placesIn(root).length > 0) edit(root);
    return JSON.stringify(root);
  });
}

/** Bytes with one to three changed fields, among the first `length`. */
function forgedBytes(file: Uint8Array, start = 0, end = file.length): fc.Arbitrary<Uint8Array> {
  const field = fc.record({
    at: fc.integer({ min: start, max: end - 9 }),
    value: fc.oneof(fc.nat(end), fc.constantFrom(0, 1, 255), fc.nat(0xffffffff)),
    width: fc.constantFrom('word', 'half', 'byte', 'bit', 'address'),
  });
  return fc.array(field, { minLength: 1, maxLength: 3 }).map((fields) => {
    const bytes = file.slice();
    const view = new DataView(bytes.buffer);
    for (const { at, value, width } of fields) {
      if (width === 'address') view.setBigUint64(at & ~7, BigInt(value & ~7), true);
      else if (width === 'word') view.setUint32(at, value, true);
      else if (width === 'half') view.setUint16(at, value & 0xffff, true);
      else if (width === 'byte') bytes[at] = value;
      else bytes[at]! ^= 1 << (value & 7);
    }
    return bytes;
  });
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function archive(members: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeZip(
    sink,
    Object.entries(members).map(([name, data]) => ({ name, data })),
  );
  return sink.bytes();
}

async function membersOf(bytes: Uint8Array): Promise<Record<string, Uint8Array>> {
  const { members } = await openZip(bytes);
  const entries = [...members].map(async ([name, member]) => [name, await member.bytes()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function isHdf5(bytes: Uint8Array): Promise<boolean> {
  return openHdf5(bytes).then(
    (file) => file.close().then(() => true),
    () => false,
  );
}

/** Whatever a file calls its shards, they are there. */
function anyName(shard: Uint8Array): Record<string, Uint8Array> {
  const property = { configurable: true, enumerable: true, value: shard };
  return new Proxy({}, { get: () => shard, getOwnPropertyDescriptor: () => property });
}

function functional(): Model {
  const inputs = input({ shape: [4, 2], name: 'start' });
  const constant = tensor([[0.5, 1]]);
  const inner = new Sequential([layers.dense({ units: 2 }), layers.batchNormalization()]);
  const joined = ops.add(inner(ops.multiply(inputs, constant)), inner(inputs));
  const states = layers.bidirectional({ layer: layers.lstm({ units: 1 }) })(joined);
  return new Model({ inputs, outputs: layers.dense({ units: 1, activation: 'relu' })(states) });
}

function stack(): Sequential {
  return new Sequential([
    layers.dense({ units: 3, inputShape: [2], name: 'one' }),
    layers.dense({ units: 1, name: 'two' }),
  ]);
}

async function keras(model: Model): Promise<Uint8Array> {
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  return model.save();
}

describe('a .keras file', () => {
  it('with a forged configuration', async () => {
    const members = await membersOf(await keras(functional()));
    const config = JSON.parse(new TextDecoder().decode(members['config.json'])) as unknown;
    const always = (): boolean => true;
    await check(forgedJson(config), 400, always, async (text) =>
      load(await archive({ ...members, 'config.json': utf8(text) })),
    );
  }, 600_000);

  it('with forged weights, checksums right', async () => {
    const members = await membersOf(await keras(stack()));
    const weights = members['model.weights.h5']!;
    await check(forgedBytes(weights), 300, isHdf5, async (bytes) =>
      load(await archive({ ...members, 'model.weights.h5': bytes })),
    );
  }, 600_000);

  it('with a forged directory, or forged anywhere', async () => {
    const bytes = await keras(stack());
    const directory = Buffer.from(bytes).indexOf('PK\u0001\u0002', 0, 'latin1');
    const forged = fc.oneof(forgedBytes(bytes), forgedBytes(bytes, directory));
    const opens = (value: Uint8Array): Promise<boolean> =>
      openZip(value).then(
        () => true,
        () => false,
      );
    await check(forged, 200, opens, load);
  }, 600_000);
});

describe('a legacy .h5 file', () => {
  it('with a forged configuration or forged headers', async () => {
    const config = {
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: [
          { class_name: 'Dense', config: { name: 'd', units: 1, batch_input_shape: [null, 2] } },
        ],
      },
    };
    const training = { loss: 'mse', optimizer_config: { class_name: 'SGD', config: { lr: 0.1 } } };
    const kernel = { shape: [2, 1], dtype: 'float32' as const, data: Float32Array.of(1, 2) };
    const bias = { shape: [1], dtype: 'float32' as const, data: Float32Array.of(3) };
    const file = async (model: string, compiled: string): Promise<Uint8Array> => {
      const sink = new MemorySink();
      const layer = { attributes: { weight_names: ['k', 'b'] }, children: { k: kernel, b: bias } };
      await writeHdf5(sink, {
        attributes: { model_config: model, training_config: compiled, keras_version: '2.15.0' },
        children: { model_weights: { attributes: { layer_names: ['d'] }, children: { d: layer } } },
      });
      return sink.bytes();
    };
    const [model, compiled] = [JSON.stringify(config), JSON.stringify(training)];
    const sound = await file(model, compiled);
    const json = fc.oneof(
      forgedJson(config).map((text) => file(text, compiled)),
      forgedJson(training).map((text) => file(model, text)),
    );
    const bytes = forgedBytes(sound).map((value) => Promise.resolve(value));
    await check(
      fc.oneof(json, bytes),
      300,
      async (value) => isHdf5(await value),
      async (value) => load(await value),
    );
  }, 600_000);
});

describe('a model of TensorFlow.js', () => {
  it('with a forged model.json', async () => {
    const shard = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
    const dense = { units: 1, name: 'd', batch_input_shape: [null, 2], activation: 'linear' };
    const weights = [
      { name: 'd/kernel', shape: [2, 1], dtype: 'float32' },
      { name: 'd/bias', shape: [1], dtype: 'float32' },
    ];
    const json = {
      modelTopology: {
        class_name: 'Sequential',
        config: { name: 's', layers: [{ class_name: 'Dense', config: dense }] },
      },
      weightsManifest: [{ paths: ['shard'], weights }],
      trainingConfig: { loss: 'mse', optimizer_config: { class_name: 'Adam', config: {} } },
    };
    await check(
      forgedJson(json),
      300,
      () => true,
      async (text) => loadModel(utf8(text), { files: anyName(shard) }),
    );
  }, 600_000);
});

describe('weights', () => {
  /** Loads weights; if they are refused, those of before are still there. */
  async function into(
    model: Sequential,
    source: Parameters<Model['loadWeights']>[0],
    files = {},
  ): Promise<void> {
    const values = (): Promise<unknown[]> =>
      Promise.all(model.weights.map(({ value }) => value.array()));
    const before = await values();
    try {
      await model.loadWeights(source, { files });
    } catch (error) {
      expect(await values()).toEqual(before);
      throw error;
    }
  }

  it('in .weights.h5 with forged headers', async () => {
    const model = stack();
    const bytes = await model.saveWeights();
    await check(forgedBytes(bytes), 200, isHdf5, async (value) => into(model, metered(value)));
  }, 600_000);

  it('in .safetensors with forged offsets', async () => {
    const model = stack();
    const bytes = await model.saveWeights(undefined, { format: 'safetensors' });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as unknown;
    const forged = forgedJson(header).map((text) => {
      const start = new Uint8Array(new BigUint64Array([BigInt(utf8(text).length)]).buffer);
      return Uint8Array.from([...start, ...utf8(text), ...bytes.subarray(8 + length)]);
    });
    await check(
      forged,
      300,
      () => true,
      async (value) => into(model, metered(value)),
    );
  }, 600_000);

  it('in shards with a forged index', async () => {
    const model = stack();
    const shard = await model.saveWeights();
    const index = {
      metadata: { total_size: 60 },
      weight_map: { '/layers/dense/vars': 'a.h5', '/layers/dense_1/vars': ['a.h5', 'b.h5'] },
    };
    await check(
      forgedJson(index),
      200,
      () => true,
      async (text) => into(model, utf8(text), anyName(shard)),
    );
  }, 600_000);
});

it('of all inputs, at least half get past the header of their container', () => {
  const { inputs, past, read } = counts;
  console.log(`${inputs} inputs, ${past} past the header, ${read} read, fresh seed ${FRESH}`);
  expect(past).toBeGreaterThanOrEqual(inputs / 2);
});
