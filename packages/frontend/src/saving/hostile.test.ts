/** Whole models made to do harm: each is refused with a typed error that says why. */
import { beforeAll, expect, test } from '@jest/globals';
import { crc32, deflateRawSync } from 'node:zlib';
import { FormatError, UnsupportedError } from '@addax/core';
import { MemorySink, openZip, writeZip } from '@addax/formats';
import { layers, loadModel, Sequential } from '../index.ts';

type Members = Readonly<Record<string, Uint8Array>>;
type Config = Record<string, unknown>;

let sound: Members = {};

beforeAll(async () => {
  const model = new Sequential([layers.dense({ units: 1, inputShape: [2] })]);
  const { members } = await openZip(await model.save());
  const entries = [...members].map(async ([name, item]) => [name, await item.bytes()] as const);
  sound = Object.fromEntries(await Promise.all(entries));
});

async function archive(members: Members): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeZip(
    sink,
    Object.entries(members).map(([name, data]) => ({ name, data })),
  );
  return sink.bytes();
}

/** The sound model with another configuration. */
async function withConfig(config: unknown): Promise<Uint8Array> {
  const json = new TextEncoder().encode(JSON.stringify(config));
  return archive({ ...sound, 'config.json': json });
}

function stackOf(...items: unknown[]): Config {
  const config = { name: 's', layers: items };
  return { module: 'keras', class_name: 'Sequential', config, registered_name: null };
}

function start(...shape: (number | null)[]): Config {
  return layer('InputLayer', { batch_shape: [null, ...shape], dtype: 'float32', name: 'start' });
}

function layer(className: string, config: Config): Config {
  return { module: 'keras.layers', class_name: className, config, registered_name: null };
}

/** An archive with one deflated member, as zip tools write it, after the sound ones. */
async function withDeflated(
  name: string,
  content: Uint8Array,
  claimed: number,
): Promise<Uint8Array> {
  const rest = Object.entries(sound).filter(([member]) => member !== name);
  const base = Buffer.from(await archive(Object.fromEntries(rest)));
  const end = base.length - 22;
  const directory = base.readUInt32LE(end + 16);
  const packed = deflateRawSync(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(claimed, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(directory, 10);
  const version = Buffer.from([20, 0]);
  const entry = Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    version,
    common,
    tail,
    Buffer.from(name),
  ]);
  const entries = Buffer.concat([base.subarray(directory, end), entry]);
  const last = Buffer.from(base.subarray(end));
  last.writeUInt16LE(rest.length + 1, 8);
  last.writeUInt16LE(rest.length + 1, 10);
  last.writeUInt32LE(entries.length, 12);
  last.writeUInt32LE(directory + local.length, 16);
  return new Uint8Array(Buffer.concat([base.subarray(0, directory), local, entries, last]));
}

test('marshalled Python code is refused by name', async () => {
  const code = { class_name: '__lambda__', config: { code: '4wAAAA==', defaults: null } };
  const lambda = await withConfig(
    stackOf(start(2), layer('Lambda', { name: 'l', function: code })),
  );
  await expect(loadModel(lambda)).rejects.toThrow(UnsupportedError);
  await expect(loadModel(lambda)).rejects.toThrow(/Python lambda.*never run/s);
  const dense = { name: 'd', units: 1, activation: code };
  const activation = await withConfig(stackOf(start(2), layer('Dense', dense)));
  await expect(loadModel(activation)).rejects.toThrow(/Python lambda/);
});

test('an archive with deflated members is read', async () => {
  const bytes = await withDeflated(
    'config.json',
    sound['config.json']!,
    sound['config.json']!.length,
  );
  expect((await loadModel(bytes)).layers).toHaveLength(1);
});

test.each(['config.json', 'model.weights.h5'])('a bomb instead of %s is refused', async (name) => {
  const size = 70 * 2 ** 20;
  const bytes = await withDeflated(name, new Uint8Array(size), size);
  expect(bytes.length).toBeLessThan(100_000);
  await expect(loadModel(bytes)).rejects.toThrow(FormatError);
  await expect(loadModel(bytes)).rejects.toThrow(/refused as a bomb/);
});

test('a bomb that lies about its size is cut off', async () => {
  const bytes = await withDeflated('config.json', new Uint8Array(70 * 2 ** 20), 1000);
  await expect(loadModel(bytes)).rejects.toThrow(FormatError);
});

test('weights larger than their file are refused before they are made', async () => {
  const dense = (units: number): Config => layer('Dense', { name: 'd', units });
  const large = await withConfig(stackOf(start(2 ** 20), dense(2 ** 20)));
  await expect(loadModel(large)).rejects.toThrow(FormatError);
  await expect(loadModel(large)).rejects.toThrow(/asks for a weight of shape \[1048576, 1048576\]/);
  for (const units of [-1, 0.5, 1e300]) {
    const bytes = await withConfig(stackOf(start(2), dense(units)));
    await expect(loadModel(bytes)).rejects.toThrow(FormatError);
  }
});

test('models that call each other over and over are refused', async () => {
  const reference = (name: string, node: number): Config => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 2], dtype: 'float32', keras_history: [name, node, 0] },
  });
  // Each level calls the one below four times in a row.
  let inner: Config = layer('Identity', { name: 'level0' });
  for (let level = 1; level <= 12; level += 1) {
    const below = `level${level - 1}`;
    const nodes = [0, 1, 2, 3].map((i) => ({
      args: [i === 0 ? reference('start', 0) : reference(below, i - 1)],
      kwargs: {},
    }));
    const nested = level > 1 ? 4 : 3;
    inner = {
      module: 'keras',
      class_name: 'Functional',
      config: {
        name: `level${level}`,
        layers: [
          { ...start(2), name: 'start', inbound_nodes: [] },
          { ...inner, name: below, inbound_nodes: nodes },
        ],
        input_layers: ['start', 0, 0],
        output_layers: [below, nested, 0],
      },
      registered_name: null,
    };
  }
  const bytes = await withConfig(inner);
  await expect(loadModel(bytes)).rejects.toThrow(FormatError);
  await expect(loadModel(bytes)).rejects.toThrow(/more than 50000 calls/);
});

test('configurations nested without end are refused', async () => {
  const text = `${'{"config":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const bytes = await archive({ ...sound, 'config.json': new TextEncoder().encode(text) });
  await expect(loadModel(bytes)).rejects.toThrow(FormatError);
  let item: Config = layer('Dense', { name: 'd', units: 1 });
  for (let i = 0; i < 200; i += 1) item = layer('TimeDistributed', { name: `t${i}`, layer: item });
  await expect(loadModel(await withConfig(stackOf(start(2), item)))).rejects.toThrow(FormatError);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'the class name %s means nothing',
  async (className) => {
    const items = [layer(className, { name: 'x' }), { class_name: className, config: {} }];
    for (const item of items) {
      const bytes = await withConfig(stackOf(start(2), item));
      await expect(loadModel(bytes)).rejects.toThrow(UnsupportedError);
    }
    const op = {
      module: 'keras.src.ops.numpy',
      class_name: className,
      config: {},
      name: 'op',
      inbound_nodes: [{ args: [], kwargs: {} }],
    };
    const config = { name: 'm', layers: [op], input_layers: ['op', 0, 0], output_layers: [] };
    const graph = { module: 'keras', class_name: 'Functional', config, registered_name: null };
    await expect(loadModel(await withConfig(graph))).rejects.toThrow(UnsupportedError);
  },
);

test('an op that gives a million outputs is refused', async () => {
  const args = [
    {
      class_name: '__keras_tensor__',
      config: { shape: [null, 2 ** 20], dtype: 'float32', keras_history: ['start', 0, 0] },
    },
  ];
  const entry = (className: string, config: Config): Config => ({
    module: 'keras.src.ops.numpy',
    class_name: className,
    config: { name: 'op', ...config },
    name: 'op',
    inbound_nodes: [{ args, kwargs: {} }],
  });
  const ops = [
    entry('Split', { indices_or_sections: 2 ** 20, axis: 1 }),
    entry('Unstack', { axis: 1 }),
  ];
  for (const op of ops) {
    const items = [{ ...start(2 ** 20), name: 'start', inbound_nodes: [] }, op];
    const config = {
      name: 'm',
      layers: items,
      input_layers: ['start', 0, 0],
      output_layers: ['op', 0, 0],
    };
    const graph = { module: 'keras', class_name: 'Functional', config, registered_name: null };
    const bytes = await withConfig(graph);
    await expect(loadModel(bytes)).rejects.toThrow(FormatError);
    await expect(loadModel(bytes)).rejects.toThrow(/outputs/);
  }
});
