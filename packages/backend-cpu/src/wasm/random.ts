/** Random bits on vector code: Threefry-2x32-20 of four blocks at a time, bit for bit the library's. */
import { FunctionBuilder } from '@addax/codegen';
import type { WasmFunction } from '@addax/codegen';
import type { Call, CallContext, NodeOf } from '../library/call.ts';
import { sizeOf } from '../library/call.ts';
import type { WasmKernel } from './compile.ts';

const PARITY = 0x1bd11bda;
/** Left rotations of the rounds, four for odd and four for even groups. */
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];
/** Words that four blocks give. */
const WORDS = 8;

/** (k0, k1, block, count, out): writes the words of `count` fours of blocks from number `block` on. */
function randomCode(): WasmFunction {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32']);
  const [k0, k1, block, count, out] = [0, 1, 2, 3, 4];
  const [a, b, counter, ...keys] = Array.from({ length: 6 }, () => f.local('v128'));
  f.get(k0).op('i32x4.splat').set(keys[0]).get(k1).op('i32x4.splat').set(keys[1]);
  f.get(k0).get(k1).op('i32.xor').i32(PARITY).op('i32.xor', 'i32x4.splat').set(keys[2]);
  f.get(block)
    .op('i32x4.splat')
    .v128(Int32Array.of(0, 1, 2, 3))
    .op('i32x4.add')
    .set(counter);
  f.get(count).open('if').open('loop');
  f.get(keys[0]).set(a).get(counter).get(keys[1]).op('i32x4.add').set(b);
  for (let group = 1; group <= 5; group++) {
    for (const turn of ROTATIONS[(group + 1) % 2]) {
      f.get(a).get(b).op('i32x4.add').set(a);
      f.get(b).i32(turn).op('i32x4.shl');
      f.get(b)
        .i32(32 - turn)
        .op('i32x4.shr_u', 'v128.or');
      f.get(a).op('v128.xor').set(b);
    }
    f.get(a)
      .get(keys[group % 3])
      .op('i32x4.add')
      .set(a);
    f.get(b)
      .get(keys[(group + 1) % 3])
      .op('i32x4.add')
      .i32(group);
    f.op('i32x4.splat', 'i32x4.add').set(b);
  }
  f.get(out).get(a).get(b).shuffle(0, 4, 1, 5).memory('v128.store');
  f.get(out).get(a).get(b).shuffle(2, 6, 3, 7).memory('v128.store', 16);
  f.get(out)
    .i32(4 * WORDS)
    .op('i32.add')
    .set(out);
  f.get(counter).i32(4).op('i32x4.splat', 'i32x4.add').set(counter);
  f.get(count).i32(1).op('i32.sub').tee(count).branch('br_if', 0).end().end();
  return f.finish();
}

/** Prepares `randomBits`. */
export function randomBits(
  node: NodeOf<'randomBits'>,
  { avals, keep }: CallContext,
  compile: (code: WasmFunction) => WasmKernel,
): Call {
  const kernel = compile(randomCode());
  const length = sizeOf(avals[node.outputs[0]]);
  const whole = Math.floor(length / WORDS);
  const rest = length - whole * WORDS;
  const last = keep('uint32', WORDS);
  return ([key], [out]) => {
    kernel(key[0], key[1], 0, whole, out.byteOffset);
    if (rest === 0) return;
    kernel(key[0], key[1], 4 * whole, 1, last.storage.byteOffset);
    for (let i = 0; i < rest; i++) out[whole * WORDS + i] = last.storage[i];
  };
}
