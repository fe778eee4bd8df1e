/** A process of its own that writes and reads safetensors: `lazy.test.ts` starts it. */
import { MemorySink, readSafetensors, writeSafetensors } from '../../index.ts';

const sink = new MemorySink();
const array = { name: 'x', shape: [2], dtype: 'float32' as const, data: Float32Array.of(1, 2) };
await writeSafetensors(sink, [array]);
console.log([...readSafetensors(sink.bytes()).keys()].join());
