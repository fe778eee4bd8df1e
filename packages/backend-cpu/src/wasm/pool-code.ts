/**
 * The WebAssembly of max pooling over windows that lie inside the input, four channels at a time. The
 * positions of a window are constants of the code; the first maximum wins, and a NaN over any number.
 */
import { FunctionBuilder } from '@addax/codegen';
import type { WasmFunction } from '@addax/codegen';

/** Writes `inner` for each four channels of each window; addresses of x and of the result are locals. */
function eachWindow(
  parameters: number,
  channelBytes: number,
  write: (f: FunctionBuilder, at: { x: number; y: number }) => void,
): WasmFunction {
  const f = new FunctionBuilder(Array.from({ length: parameters }, () => 'i32'));
  const [x, y, starts, count] = [0, 1, 2, 3];
  const [at, end, last] = Array.from({ length: 3 }, () => f.local('i32'));
  f.get(starts).get(count).i32(2).op('i32.shl', 'i32.add').set(last);
  f.get(starts).get(last).op('i32.lt_u').open('if').open('loop');
  f.get(x).get(starts).memory('i32.load').op('i32.add').tee(at);
  f.i32(channelBytes).op('i32.add').set(end).open('loop');
  write(f, { x: at, y });
  f.get(y).i32(16).op('i32.add').set(y);
  f.get(at).i32(16).op('i32.add').tee(at).get(end).op('i32.lt_u').branch('br_if', 0).end();
  f.get(starts).i32(4).op('i32.add').tee(starts).get(last).op('i32.lt_u').branch('br_if', 0).end();
  f.end();
  return f.finish();
}

/** (x, y, starts, count): y = the maximum of each window; `taps` are byte offsets from its start. */
export function maxPoolCode(taps: readonly number[], channelBytes: number): WasmFunction {
  return eachWindow(4, channelBytes, (f, { x, y }) => {
    const [best, value] = [f.local('v128'), f.local('v128')];
    f.get(x).memory('v128.load', taps[0]).set(best);
    for (const tap of taps.slice(1)) {
      f.get(x).memory('v128.load', tap).tee(value).get(best);
      f.get(value).get(best).op('f32x4.gt').get(value).get(value).op('f32x4.ne', 'v128.or');
      f.op('v128.bitselect').set(best);
    }
    f.get(y).get(best).memory('v128.store');
  });
}

/**
 * (x, ct, starts, count, shift): writes ct where the maximum of each window stands and 0 elsewhere in it,
 * at the address of x plus shift. Windows must not overlap.
 */
export function maxPoolGradCode(taps: readonly number[], channelBytes: number): WasmFunction {
  return eachWindow(5, channelBytes, (f, { x, y }) => {
    const shift = 4;
    const [best, value, winner, mask, ct] = Array.from({ length: 5 }, () => f.local('v128'));
    f.get(x).memory('v128.load', taps[0]).set(best).i32(0).op('i32x4.splat').set(winner);
    taps.forEach((tap, number) => {
      if (number === 0) return;
      f.get(x).memory('v128.load', tap).set(value).get(value).get(best).op('f32x4.gt');
      f.get(value).get(value).op('f32x4.ne').get(best).get(best).op('f32x4.eq', 'v128.and');
      f.op('v128.or').set(mask).get(value).get(best).get(mask).op('v128.bitselect').set(best);
      f.i32(number).op('i32x4.splat').get(winner).get(mask).op('v128.bitselect').set(winner);
    });
    // As if it were added to 0.
    f.get(y).memory('v128.load').f32(0).op('f32x4.splat', 'f32x4.add').set(ct);
    taps.forEach((tap, number) => {
      f.get(x).get(shift).op('i32.add').get(winner).i32(number).op('i32x4.splat', 'i32x4.eq');
      f.get(ct).op('v128.and').memory('v128.store', tap);
    });
  });
}
