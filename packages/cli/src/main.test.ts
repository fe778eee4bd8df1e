import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { layers, Sequential, utils } from '@addax/frontend';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Inspection } from './inspect/types.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  utils.clearSession();
  const model = new Sequential([
    layers.dense({ units: 4, inputShape: [3] }),
    layers.batchNormalization(),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  await model.trainOnBatch([[1, 2, 3]], [[1]]);
  await model.save(file('model.keras'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function addax(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const code = await main(args, {
    out: (text) => (out += text),
    error: (text) => (error += text),
  });
  return { code, out, error };
}

describe('inspect', () => {
  test('prints format, writer, layers, parameters and weights', async () => {
    const { code, out } = await addax('inspect', file('model.keras'));
    expect(code).toBe(0);
    const text = out
      .replace(folder, '')
      .replace(/[\d,]+ bytes/, '9 bytes')
      .replace(/\d{4}-.*/, 'today');
    expect(text).toMatch(/^\/model.keras: model of Keras 3 \(\.keras\), 9 bytes\n/);
    expect(text).toContain(`
  Keras      3.15.1
  Saved      today
  Optimizer  Adam
  Loss       mean_squared_error

Sequential "sequential"
  Layer                Class               Output shape  Parameters
  input_layer          InputLayer          (None, 3)     0
  dense                Dense               (None, 4)     16
  batch_normalization  BatchNormalization  (None, 4)     16 (8 not trained)
  dense_1              Dense               (None, 1)     5

Parameters: 37 in all, 29 trainable, 8 not, 60 more of the optimizer
`);
    expect(text).toMatch(/\n {2}layers\/dense\/vars\/0 +float32\[3, 4\]\n/);
  });

  test('prints JSON of a fixed shape with --json', async () => {
    const { out } = await addax('inspect', '--json', file('model.keras'));
    const found = JSON.parse(out) as Inspection;
    expect(Object.keys(found)).toEqual([
      'schemaVersion',
      'file',
      'bytes',
      'format',
      'writer',
      'model',
      'parameters',
      'weights',
      'metadata',
    ]);
    expect(found).toMatchObject({
      schemaVersion: 1,
      file: file('model.keras'),
      format: 'keras',
      writer: { kerasVersion: '3.15.1', backend: null, program: null },
      parameters: { total: 37, trainable: 29, nonTrainable: 8, optimizer: 60 },
    });
    expect(found.model!.layers[2]).toEqual({
      name: 'batch_normalization',
      className: 'BatchNormalization',
      outputShape: [null, 4],
      parameters: 16,
      trainable: 8,
      nonTrainable: 8,
      layers: [],
    });
    expect(found.weights).toContainEqual({
      path: 'layers/dense/vars/0',
      shape: [3, 4],
      dtype: 'float32',
      role: 'model',
    });
  });

  test('keeps control characters of a file from the terminal', async () => {
    const header = JSON.stringify({
      '\u001b[31mred\u202e': { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    });
    const bytes = Buffer.alloc(8 + Buffer.byteLength(header) + 4);
    bytes.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
    bytes.write(header, 8);
    await writeFile(file('red.safetensors'), bytes);
    const { out } = await addax('inspect', file('red.safetensors'));
    expect(out).toContain('\\u{1b}[31mred\\u{202e}  float32[1]');
  });
});

describe('mistakes are told in one line', () => {
  test.each([
    [['inspect'], 2, 'inspect takes FILE, got none.'],
    [['inspect', 'a', 'b'], 2, 'inspect takes FILE, got a b.'],
    [['inspect', '--jsn', 'a'], 2, "Unknown option '--jsn'; addax inspect --help says"],
    [['convert', 'a.keras'], 2, 'convert takes IN and OUT, got a.keras.'],
    [['convert', 'a.keras', 'b.onnx'], 2, 'does not say which format to write; written are .keras'],
    [['convert', 'a.keras', 'b.h5'], 2, 'are only read; written are .keras'],
    [['convert', 'a', 'b.npz', '--model'], 2, "'--model <value>' argument missing"],
    [['look'], 2, 'there is no command "look"; expected the command inspect or convert'],
    [['--look'], 2, 'there is no option "--look"'],
    [[], 2, 'expected a command, inspect or convert'],
    [['inspect', 'none.keras'], 1, 'none.keras: there is no such file.'],
    [['convert', 'none.keras', 'b.npz'], 1, 'none.keras: there is no such file.'],
    [['inspect', folder], 1, 'is a folder without a config.json, so it holds no model.'],
  ])('addax %j ends with %d', async (args, code, message) => {
    const answer = await addax(...args);
    expect(answer).toMatchObject({ code, out: '' });
    expect(answer.error).toMatch(/^addax: .*\n$/);
    expect(answer.error).toContain(message);
  });
});

test('help and version go to the standard output', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect(await addax('--version')).toEqual({ code: 0, out: `${version}\n`, error: '' });
  expect((await addax('--help')).out).toMatch(/^Usage: addax <command>/);
  expect((await addax('inspect', '--help')).out).toMatch(/^Usage: addax inspect FILE/);
  expect((await addax('convert', '-h')).out).toMatch(/^Usage: addax convert IN OUT/);
});

describe('as a program', () => {
  const run = promisify(execFile);
  const sources = ['--import', 'tsx', '--conditions=@addax/source', 'packages/cli/src/cli.ts'];
  const cwd = join(import.meta.dirname, '../../..');
  const program = (...args: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, [...sources, ...args], { cwd });

  test('it prints what a file holds', async () => {
    const { stdout } = await program('inspect', file('model.keras'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ format: 'keras', parameters: { total: 37 } });
  }, 60_000);

  test('its exit code tells a wrong use, and no stack is shown', async () => {
    await expect(program('inspect')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'addax: inspect takes FILE, got none.\n',
    });
  }, 60_000);
});
