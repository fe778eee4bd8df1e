/** A backend that holds values but compiles nothing, with one kernel to work on them. */
import type { Aval } from '@addax/core';
import type { WebGpuBackend } from '../backend.ts';
import type { Shader } from '../launch.ts';
import { flatGroups, shader } from '../library/words.ts';
import type { Memory } from '../memory/memory.ts';
import { makeModule } from '../module.ts';
import type { WebGpuOptions } from '../options.ts';

/** Opens a backend on the driver of the machine. */
export async function openStore(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  const module = makeModule(options, {
    supports: () => false,
    compile: () => {
      throw new Error('this backend compiles nothing');
    },
  });
  return (await module.create()) as WebGpuBackend;
}

/** An aval of one axis. */
export function line(length: number, dtype: Aval['dtype'] = 'float32'): Aval {
  return { dtype, shape: [length] };
}

/** Adds one to every float. */
export const INCREMENT: Shader = shader({
  label: 'increment',
  bindings: [{ use: 'write', type: 'f32' }],
  names: ['count'],
  threads: 64,
  body: `  if (thread >= count) { return; }
  b0[o0 + thread] += 1.0;`,
});

/** Records that so many floats grow by one. */
export async function increment(
  { device }: WebGpuBackend,
  memory: Memory,
  count: number,
): Promise<void> {
  const pipeline = device.pipeline(INCREMENT, 'step (model.ts:7)');
  await pipeline.ready;
  const table = device.parameters(Uint32Array.of(0, count), 8);
  const groups = flatGroups(count, 64, device.abilities.maxGroups);
  device.stream.dispatch(pipeline, device.bindGroup(pipeline, [memory]), table, 0, groups);
  device.giveParameters(table);
}
