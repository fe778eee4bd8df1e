/**
 * The WebAssembly of matrix products: packing lines of both operands into panels, multiplying panels
 * tile by tile, and writing results where they belong. Elements are found by adding the offset of
 * their line to the offset of their depth, both from tables, so that transposed operands and patches
 * of images are packed alike.
 */
import { FunctionBuilder } from '@addax/codegen';
import type { WasmFunction } from '@addax/codegen';

/** Rows of a tile: lines of A in a panel. */
export const TILE_ROWS = 4;
/** Columns of a tile: lines of B in a panel. */
export const TILE_COLUMNS = 8;

/** Repeats `body` while counter < limit (locals, addresses too); the counter starts as it is. */
function repeat(
  f: FunctionBuilder,
  counter: number,
  limit: number,
  step: number,
  body: () => void,
): void {
  f.get(counter).get(limit).op('i32.lt_u').open('if').open('loop');
  body();
  f.get(counter).i32(step).op('i32.add').tee(counter).get(limit).op('i32.lt_u');
  f.branch('br_if', 0).end().end();
}

/** local ← local + amount. */
function advance(f: FunctionBuilder, local: number, amount: number): void {
  f.get(local).i32(amount).op('i32.add').set(local);
}

/**
 * (a, b, depth, down, across, c, stride): c += panels of a × panels of b, in tiles; the stride of c is
 * in bytes. Each block of the contraction is summed by itself and then added, in ascending order.
 */
export function tilesCode(): WasmFunction {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [a, b, depth, down, across, c, stride] = [0, 1, 2, 3, 4, 5, 6];
  const [i, j, k, ap, bp, cp] = Array.from({ length: 6 }, () => f.local('i32'));
  const lanes = TILE_COLUMNS / 4;
  const sums = Array.from({ length: TILE_ROWS * lanes }, () => f.local('v128'));
  const columns = Array.from({ length: lanes }, () => f.local('v128'));
  const factor = f.local('v128');
  // One depth per turn: engines keep the sums in registers then, and spill them when it is unrolled.
  const step = (): void => {
    columns.forEach((column, v) =>
      f
        .get(bp)
        .memory('v128.load', v * 16)
        .set(column),
    );
    for (let row = 0; row < TILE_ROWS; row++) {
      f.get(ap)
        .memory('v128.load32_splat', row * 4)
        .set(factor);
      columns.forEach((column, v) => {
        const sum = sums[row * lanes + v];
        f.get(sum).get(factor).get(column).op('f32x4.mul', 'f32x4.add').set(sum);
      });
    }
    advance(f, ap, TILE_ROWS * 4);
    advance(f, bp, TILE_COLUMNS * 4);
  };
  repeat(f, j, across, 1, () => {
    f.get(a).set(ap).get(c).set(cp).i32(0).set(i);
    repeat(f, i, down, 1, () => {
      f.get(b).set(bp).i32(0).set(k);
      for (const sum of sums) f.f32(0).op('f32x4.splat').set(sum);
      repeat(f, k, depth, 1, step);
      for (let row = 0; row < TILE_ROWS; row++) {
        for (let v = 0; v < lanes; v++) {
          f.get(cp)
            .get(cp)
            .memory('v128.load', 16 * v)
            .get(sums[row * lanes + v]);
          f.op('f32x4.add').memory('v128.store', 16 * v);
        }
        f.get(cp).get(stride).op('i32.add').set(cp);
      }
    });
    f.get(bp).set(b);
    advance(f, c, TILE_COLUMNS * 4);
  });
  return f.finish();
}

/** Lines that are packed side by side: as many as share a line of the processor's cache. */
const NEIGHBOURS = 16;

/**
 * (source, lines, count, depths, depth, into): packs lines that neighbour one another in memory; `lines`
 * and `depths` are tables of byte offsets. Only whole panels; of the lines the first of a panel counts.
 * Several panels are filled at once: depths are often a power of two apart, so that they push one another
 * out of the cache, and what was fetched with one panel would be fetched again for the next.
 */
export function packNeighboursCode(lanes: number): WasmFunction {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [source, lines, count, depths, depth, into] = [0, 1, 2, 3, 4, 5];
  const [line, at, end, shift, together] = Array.from({ length: 5 }, () => f.local('i32'));
  const from = Array.from({ length: NEIGHBOURS / lanes }, () => f.local('i32'));
  const to = from.map(() => f.local('i32'));
  const panels = (width: number, limit: number): void => {
    repeat(f, line, limit, width * lanes, () => {
      for (let p = 0; p < width; p++) {
        f.get(source).get(lines);
        f.memory('i32.load', p * lanes * 4)
          .op('i32.add')
          .set(from[p]);
        if (p === 0) f.get(into).set(to[0]);
        else
          f.get(depth)
            .i32(lanes * 4)
            .op('i32.mul')
            .get(to[p - 1])
            .op('i32.add')
            .set(to[p]);
      }
      f.get(depths).set(at);
      repeat(f, at, end, 4, () => {
        f.get(at).memory('i32.load').set(shift);
        for (let p = 0; p < width; p++) {
          for (let v = 0; v < lanes; v += 4) {
            f.get(to[p]).get(from[p]).get(shift).op('i32.add');
            f.memory('v128.load', 4 * v).memory('v128.store', 4 * v);
          }
          advance(f, to[p], lanes * 4);
        }
      });
      f.get(to[width - 1]).set(into);
      advance(f, lines, width * lanes * 4);
    });
  };
  f.get(depths).get(depth).i32(2).op('i32.shl', 'i32.add').set(end);
  f.get(count).i32(-NEIGHBOURS).op('i32.and').set(together);
  panels(from.length, together);
  panels(1, count);
  return f.finish();
}

/** The addresses of the lines of a panel; where lines run out, the last one stands in. */
function lineAddresses(
  f: FunctionBuilder,
  lanes: number,
  { source, lines, count, line }: Readonly<Record<'source' | 'lines' | 'count' | 'line', number>>,
): { addresses: number[]; fill: () => void } {
  const addresses = Array.from({ length: lanes }, () => f.local('i32'));
  const fill = (): void => {
    addresses.forEach((address, lane) => {
      // min(line + lane, count − 1) · 4
      f.get(lines).get(line).i32(lane).op('i32.add').get(count).i32(1).op('i32.sub');
      f.get(line).i32(lane).op('i32.add').get(count).op('i32.lt_u', 'select');
      f.i32(2).op('i32.shl', 'i32.add').memory('i32.load').get(source).op('i32.add').set(address);
    });
  };
  return { addresses, fill };
}

/** The same for any lines, element by element. */
export function packAnyCode(lanes: number): WasmFunction {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [source, lines, count, depths, depth, into] = [0, 1, 2, 3, 4, 5];
  const [line, at, end, shift] = Array.from({ length: 4 }, () => f.local('i32'));
  const { addresses, fill } = lineAddresses(f, lanes, { source, lines, count, line });
  f.get(depths).get(depth).i32(2).op('i32.shl', 'i32.add').set(end);
  repeat(f, line, count, lanes, () => {
    fill();
    f.get(depths).set(at);
    repeat(f, at, end, 4, () => {
      f.get(at).memory('i32.load').set(shift);
      addresses.forEach((address, lane) => {
        f.get(into).get(address).get(shift).op('i32.add').memory('f32.load');
        f.memory('f32.store', 4 * lane);
      });
      advance(f, into, lanes * 4);
    });
  });
  return f.finish();
}

/** The same for lines whose depths come in runs of four neighbours: loaded at once and transposed. */
export function packRunsCode(lanes: number): WasmFunction {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [source, lines, count, depths, depth, into] = [0, 1, 2, 3, 4, 5];
  const [line, at, end, shift] = Array.from({ length: 4 }, () => f.local('i32'));
  const [v0, v1, v2, v3, low0, high0, low1, high1] = Array.from({ length: 8 }, () =>
    f.local('v128'),
  );
  const { addresses, fill } = lineAddresses(f, lanes, { source, lines, count, line });
  f.get(depths).get(depth).i32(2).op('i32.shl', 'i32.add').set(end);
  repeat(f, line, count, lanes, () => {
    fill();
    f.get(depths).set(at);
    repeat(f, at, end, 16, () => {
      f.get(at).memory('i32.load').set(shift);
      for (let first = 0; first < lanes; first += 4) {
        [v0, v1, v2, v3].forEach((v, lane) => {
          f.get(addresses[first + lane])
            .get(shift)
            .op('i32.add')
            .memory('v128.load')
            .set(v);
        });
        f.get(v0).get(v1).shuffle(0, 4, 1, 5).set(low0);
        f.get(v0).get(v1).shuffle(2, 6, 3, 7).set(high0);
        f.get(v2).get(v3).shuffle(0, 4, 1, 5).set(low1);
        f.get(v2).get(v3).shuffle(2, 6, 3, 7).set(high1);
        const rows: [number, number, boolean][] = [
          [low0, low1, true],
          [low0, low1, false],
          [high0, high1, true],
          [high0, high1, false],
        ];
        rows.forEach(([x, y, isLow], step) => {
          f.get(into).get(x).get(y);
          if (isLow) f.shuffle(0, 1, 4, 5);
          else f.shuffle(2, 3, 6, 7);
          f.memory('v128.store', 4 * (step * lanes + first));
        });
      }
      advance(f, into, lanes * 16);
    });
  });
  return f.finish();
}

/**
 * (results, stride, rows, columns, out, table, step): row r of the results goes to out + table[r], its
 * columns `step` bytes apart.
 */
export function writeCode(): WasmFunction {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [results, stride, rows, columns, out, table, step] = [0, 1, 2, 3, 4, 5, 6];
  const [row, column, whole, from, to] = Array.from({ length: 5 }, () => f.local('i32'));
  f.i32(0).set(whole).get(step).i32(4).op('i32.eq').open('if');
  f.get(columns).i32(-4).op('i32.and').set(whole).end();
  repeat(f, row, rows, 1, () => {
    f.get(results).set(from).i32(0).set(column);
    f.get(out).get(table).memory('i32.load').op('i32.add').set(to);
    repeat(f, column, whole, 4, () => {
      f.get(to).get(from).memory('v128.load').memory('v128.store');
      advance(f, to, 16);
      advance(f, from, 16);
    });
    repeat(f, column, columns, 1, () => {
      f.get(to).get(from).memory('f32.load').memory('f32.store');
      f.get(to).get(step).op('i32.add').set(to);
      advance(f, from, 4);
    });
    f.get(results).get(stride).op('i32.add').set(results);
    advance(f, table, 4);
  });
  return f.finish();
}
