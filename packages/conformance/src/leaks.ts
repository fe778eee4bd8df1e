/** Leaks: what a backend holds returns to where it was. */
import { type Backend, jit, ops, tensor, useBackend } from '@addax/core';

/** Throws if live bytes grow over repeated work whose results are disposed of. */
export async function checkLeaks(backend: Backend): Promise<void> {
  useBackend(backend);
  const fn = jit((x: ReturnType<typeof tensor>) => ops.softmax(ops.tanh(x.matmul(x))));
  const round = async (): Promise<void> => {
    using x = tensor(new Float32Array(64 * 64).fill(0.5), [64, 64]);
    using compiled = fn(x);
    using eager = ops.exp(x);
    using sum = compiled.add(eager);
    await sum.data();
  };
  await round();
  await backend.sync();
  const before = backend.memory().liveBytes;
  for (let i = 0; i < 10; i++) await round();
  await backend.sync();
  const grown = backend.memory().liveBytes - before;
  if (grown > 0) throw new Error(`live bytes grew by ${grown} over ten equal rounds`);
}
