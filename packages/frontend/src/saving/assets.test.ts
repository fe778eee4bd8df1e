import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MemorySink, openZip, writeZip } from '@addax/formats';
import {
  ArgumentError,
  type AssetReader,
  type AssetWriter,
  FormatError,
  type HasAssets,
  input,
  Layer,
  layers,
  loadModel,
  Model,
  registerSerializable,
  Sequential,
  type Tensor,
  tensor,
  UnsupportedError,
  utils,
} from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'addax-assets-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  utils.clearSession();
});

/** Keeps words in a file, and bytes in another in a folder of its own. */
class Words extends Layer implements HasAssets {
  static override readonly className = 'Words';
  words: readonly string[] = [];
  bytes: Uint8Array = new Uint8Array();

  override call(inputs: Tensor): Tensor {
    return inputs;
  }

  saveAssets(assets: AssetWriter): void {
    assets.write('vocabulary.txt', this.words.join('\n'));
    assets.write('more/bytes.bin', this.bytes);
  }

  async loadAssets(assets: AssetReader): Promise<void> {
    expect([...assets.names].toSorted()).toEqual(['more/bytes.bin', 'vocabulary.txt']);
    this.words = (await assets.text('vocabulary.txt')).split('\n');
    this.bytes = await assets.bytes('more/bytes.bin');
    await expect(assets.text('../config.json')).rejects.toThrow(ArgumentError);
  }
}
registerSerializable(Words, { package: 'test', name: 'Words' });

function withWords(...words: string[]): Model {
  const first = new Words();
  first.words = words;
  first.bytes = Uint8Array.of(0, 255, 1);
  const second = new Words();
  second.words = ['other'];
  const inputs = input({ shape: [2] });
  const inner = new Sequential([second, layers.dense({ units: 1 })]);
  return new Model({ inputs, outputs: inner(first(inputs)) });
}

test('layers find the files again that they saved', async () => {
  const bytes = await withWords('', 'é', 'b').save();
  expect([...(await openZip(bytes)).members.keys()]).toEqual([
    'metadata.json',
    'config.json',
    'model.weights.h5',
    'assets/layers/words/vocabulary.txt',
    'assets/layers/words/more/bytes.bin',
    'assets/layers/sequential/layers/words/vocabulary.txt',
    'assets/layers/sequential/layers/words/more/bytes.bin',
  ]);
  const model = await loadModel(bytes);
  const first = model.layers.find((layer) => layer instanceof Words) as Words;
  expect(first.words).toEqual(['', 'é', 'b']);
  expect(first.bytes).toEqual(Uint8Array.of(0, 255, 1));
  const inner = model.layers.at(-1) as Sequential;
  expect((inner.layers[0] as Words).words).toEqual(['other']);
});

test.each(['../config.json', '/etc/passwd', 'a//b', 'a\\b', 'c:x', '', 'vocabulary.txt'])(
  'the name %j is refused before anything is written',
  async (name) => {
    class Escaping extends Words {
      override saveAssets(assets: AssetWriter): void {
        super.saveAssets(assets);
        assets.write(name, 'x');
      }
    }
    const sink = new MemorySink();
    await expect(
      new Sequential([input({ shape: [2] }), new Escaping()]).save(sink),
    ).rejects.toThrow(ArgumentError);
    expect(sink.bytes()).toHaveLength(0);
  },
);

/** The members of an archive as files. */
async function unzip(bytes: Uint8Array): Promise<string> {
  const root = mkdtempSync(join(folder, 'unzipped-'));
  for (const [name, member] of (await openZip(bytes)).members) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), await member.bytes());
  }
  return root;
}

test('a folder with the parts of a model is a model', async () => {
  const model = withWords('a', 'b');
  const root = await unzip(await model.save());
  const x = tensor([[1, 2]]);
  for (const source of [root, pathToFileURL(root), pathToFileURL(root).href]) {
    const copy = await loadModel(source);
    expect(await (copy(x) as Tensor).array()).toEqual(await (model(x) as Tensor).array());
    expect((copy.layers.find((layer) => layer instanceof Words) as Words).words).toEqual([
      'a',
      'b',
    ]);
  }
  const fresh = withWords();
  await fresh.loadWeights(root);
  expect(await (fresh(x) as Tensor).array()).toEqual(await (model(x) as Tensor).array());
});

test('a folder without the parts says what is missing', async () => {
  const empty = mkdtempSync(join(folder, 'empty-'));
  await expect(loadModel(empty)).rejects.toThrow(/no config\.json/);
  await expect(withWords().loadWeights(empty)).rejects.toThrow(/no model\.weights\.h5/);
});

test('assets that no layer reads are told by name', async () => {
  const plain = new Sequential([layers.dense({ units: 1, inputShape: [2] })]);
  const { members } = await openZip(await plain.save());
  const sink = new MemorySink();
  const kept = await Promise.all(
    [...members].map(async ([name, member]) => ({ name, data: await member.bytes() })),
  );
  await writeZip(sink, [...kept, { name: 'assets/layers/dense/x.txt', data: Uint8Array.of(1) }]);
  await expect(loadModel(sink.bytes())).rejects.toThrow(UnsupportedError);
  await expect(loadModel(sink.bytes())).rejects.toThrow(/assets\/layers\/dense\/x\.txt/);
});

test('assets whose names lead outside are refused', async () => {
  const bytes = await withWords('a').save();
  const name = 'assets/layers/words/vocabulary.txt';
  const forged = Buffer.from(bytes);
  const escape = 'assets/../../../../../../../x.txt'.padEnd(name.length, 't');
  for (let at = forged.indexOf(name); at >= 0; at = forged.indexOf(name, at + 1)) {
    forged.write(escape, at, 'latin1');
  }
  await expect(loadModel(new Uint8Array(forged))).rejects.toThrow(FormatError);
  await expect(loadModel(new Uint8Array(forged))).rejects.toThrow(/Unsafe filename/);
});
