/** Every format that is read, from everything a page can get a file as. */
import { readNpy, readNpz, type Source } from '@addax/formats';
import { loadModel } from '@addax/frontend';

import { makeModel, predict, resume, speakJavaScript } from './write-files.ts';

/** Values by file, then by what the file was given as. */
export type Values = Readonly<Record<string, Readonly<Record<string, Float32Array>>>>;

/** Reads the files of `write-files` and others; the names are those of the test. */
export default async function readFiles(fileAt: (name: string) => URL): Promise<{
  /** What models predict, and the values of arrays. */
  readonly values: Values;
  /** What models predict after a further step, which needs the state of the optimizer. */
  readonly resumed: Values;
  /** What errors say. */
  readonly errors: Readonly<Record<string, string>>;
}> {
  await speakJavaScript();
  const values: Record<string, Record<string, Float32Array>> = {};
  const resumed: Record<string, Record<string, Float32Array>> = {};

  for (const name of ['model.keras', 'spirals.keras']) {
    values[name] = {};
    resumed[name] = {};
    for (const [how, source] of await sources(fileAt(name))) {
      const model = await loadModel(source);
      values[name][how] = await predict(model);
      if (name === 'model.keras') resumed[name][how] = await resume(model);
    }
  }
  for (const name of ['model.weights.h5', 'model.safetensors']) {
    values[name] = {};
    for (const [how, source] of await sources(fileAt(name))) {
      const model = makeModel(100);
      await model.loadWeights(source);
      values[name][how] = await predict(model);
    }
  }
  values['points.npy'] = {};
  for (const [how, source] of await sources(fileAt('points.npy'))) {
    values['points.npy'][how] = (await readNpy(source)).data as Float32Array;
  }
  values['points.npz'] = {};
  for (const [how, source] of await sources(fileAt('points.npz'))) {
    values['points.npz'][how] = (await readNpz(source)).get('points')!.data as Float32Array;
  }
  values['model.json'] = await tfjs(fileAt);
  return { values, resumed, errors: await refusals(fileAt) };
}

async function fileOf(url: URL): Promise<File> {
  return new File([await (await fetch(url)).blob()], url.pathname.split('/').pop()!);
}

async function sources(url: URL): Promise<Map<string, Source>> {
  const file = await fileOf(url);
  const bytes = await file.arrayBuffer();
  return new Map<string, Source>([
    ['File', file],
    ['Blob', new Blob([new Uint8Array(bytes)])],
    ['Uint8Array', new Uint8Array(bytes)],
    ['ArrayBuffer', bytes],
    ['stream', file.stream() as ReadableStream<Uint8Array>],
    ['URL', url],
    ['address', url.href],
    ['relative address', url.pathname.slice(1)],
  ]);
}

/** A model with shards: beside its address, or picked together by the user. */
async function tfjs(fileAt: (name: string) => URL): Promise<Record<string, Float32Array>> {
  const picked = await Promise.all(
    ['model.json', 'shard1of2.bin', 'shard2of2.bin'].map((name) => fileOf(fileAt(name))),
  );
  const [json, ...shards] = picked;
  const files = Object.fromEntries(shards.map((file) => [file.name, file]));
  return {
    URL: await predict(await loadModel(fileAt('model.json'))),
    'list of Files': await predict(await loadModel(json!, { files })),
  };
}

async function refusals(fileAt: (name: string) => URL): Promise<Record<string, string>> {
  const whole = await fileOf(fileAt('model.keras'));
  const half = new File([whole.slice(0, whole.size / 2)], 'half.keras');
  return {
    'half a file': await messageOf(loadModel(half)),
    'no such address': await messageOf(loadModel(fileAt('model.keras.gone'))),
    'saving to a path': await messageOf(makeModel(1).save('model.keras')),
  };
}

async function messageOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  return 'no error';
}
