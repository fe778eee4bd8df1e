/** Host data as a tensor: a constant inside a trace, an upload outside. */
import { defaultBackend } from '../backend/select.ts';
import type { HostArray } from '../dtypes.ts';
import type { Aval } from '../graph/types.ts';
import { intern } from '../tensor/avals.ts';
import { Storage } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { currentTrace } from './trace.ts';

/** A tensor with these raw elements; where they are given up they need not be copied. */
export function fromHost(data: HostArray, aval: Aval, given = false): Tensor {
  const trace = currentTrace();
  if (trace !== undefined) return trace.constant(aval, data);
  const backend = defaultBackend();
  return new Tensor(intern(aval), new Storage(backend, backend.upload(data, aval, given)));
}

/** A tensor over these raw elements where the backend can read them in place. They stay as they are. */
export function lendHost(data: HostArray, aval: Aval): Tensor {
  if (currentTrace() !== undefined) return fromHost(data, aval);
  const backend = defaultBackend();
  const buffer = backend.lend?.(data, aval);
  if (buffer === undefined) return fromHost(data, aval);
  return new Tensor(intern(aval), new Storage(backend, buffer, true));
}
