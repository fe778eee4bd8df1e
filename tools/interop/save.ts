/**
 * First half of the check: trains each model a little, saves it, and notes what it predicts and how
 * it goes on. Usage: save.ts FOLDER [MODEL ...]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type Tensor, utils } from '@addax/frontend';
import { writeSafetensors } from '@addax/formats';
import { architectures } from './architectures.ts';

const [folder = '.', ...models] = process.argv.slice(2);

async function asArray(
  name: string,
  tensor: Tensor,
): Promise<{ name: string; shape: readonly number[]; dtype: 'float32' | 'int32'; data: never }> {
  const dtype = tensor.dtype === 'int32' ? 'int32' : 'float32';
  return { name, shape: tensor.shape, dtype, data: (await tensor.data()) as never };
}

for (const [name, build] of Object.entries(architectures)) {
  if (models.length > 0 && !models.includes(name)) continue;
  utils.clearSession();
  utils.setRandomSeed(7);
  const { model, x, y } = build();
  const options = { batchSize: x.shape[0]!, shuffle: false, verbose: 0 } as const;
  await model.fit(x, y, { ...options, epochs: 3 });
  await model.save(join(folder, `${name}.keras`));
  await model.saveWeights(join(folder, `${name}.weights.h5`));
  const predicted = await model.predict(x, { verbose: 0 });
  const { history } = await model.fit(x, y, { ...options, epochs: 5 });
  const after = await model.predict(x, { verbose: 0 });
  await writeSafetensors(
    join(folder, `${name}.safetensors`),
    await Promise.all([
      asArray('x', x),
      asArray('y', y),
      asArray('predicted', predicted),
      asArray('after', after),
    ]),
  );
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(history['loss']));
}
