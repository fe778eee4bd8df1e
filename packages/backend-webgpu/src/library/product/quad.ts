/**
 * The kernel for CPUs that play the GPU and run four neighbouring threads, a quad, as one. Loads
 * are dear to them, since they look at each thread in turn, even where all four read the same. So the threads of a quad have the same rows, of which each loads a fourth, and
 * hand them around; what they need of the columns is their own.
 */
import type { Product } from './problem.ts';
import { type Frame, type Reading, nowhere, odometer } from './text.ts';
import { type BlockForm, extents, type Rows } from './thread.ts';

/** Few, so that all cores have something to do. */
const QUADS = 4;

/** Rows of a quad: the more, the fewer loads per result. */
type Height = 8 | 12 | 16;

function heightFor(rows: number): Height {
  if (rows <= 8) return 8;
  return rows <= 12 ? 12 : 16;
}

/** The form of 4 columns per thread and up to 16 rows per quad. */
export function quadForm(product: Product, reading: Reading): BlockForm {
  const height = heightFor(extents(product).rows);
  return {
    threads: 4 * QUADS,
    blocks: QUADS,
    height,
    size: [height, 16],
    // Quads are counted in one row, so that none is left without work, whatever the shape.
    number: `(group.y * groups.x + group.x) * ${QUADS}u + lane / 4u`,
    place: ['0u', '(lane % 4u) * 4u'],
    // Only whole quads may stop: threads beyond the last column still load rows.
    idle: 'row >= rows',
    rows: (frame, isGuarded) => sharedRows(frame, reading, isGuarded, height),
  };
}

/** Text by which the threads of a quad read its rows at 4 depths and hand them to one another. */
function sharedRows(
  { product, words, type }: Frame,
  reading: Reading,
  isGuarded: boolean,
  height: Height,
): Rows {
  const { left } = product;
  const wheel = odometer('a', left, words, reading === 'depth');
  const four = [0, 1, 2, 3];
  // Rows that lie together come in fours: one load of each thread is all. Else each has every fourth.
  const mine = reading === 'free' ? ['own * 4u'] : fourths(height).map((i) => `${4 * i}u + own`);
  const start = [
    'let own = lane % 4u;',
    ...mine.map((place, i) => `let a_line${i} = a_free(row + ${place}, rows, aStart);`),
    wheel.start,
  ].join('\n  ');
  const texts: string[] = [];
  if (reading === 'depth') {
    texts.push(`let a_at = ${wheel.here};`);
    mine.forEach((_, i) => texts.push(`let av${i} = a_load(a_line${i}, a_at);`));
    texts.push(wheel.step(4));
  } else {
    const none = nowhere(left);
    four.forEach((j) => {
      const at = `a_at${j}`;
      const here = isGuarded ? `select(${none}, ${wheel.here}, k + ${j}u < end)` : wheel.here;
      texts.push(`let ${at} = ${here};`);
      mine.forEach((_, i) => texts.push(`let av${i}_${j} = a_load(a_line${i}, ${at});`));
      texts.push(wheel.step(1));
    });
    if (reading === 'single') {
      mine.forEach((_, i) => {
        const values = four.map((j) => `av${i}_${j}`).join(', ');
        texts.push(`let av${i} = vec4<${type}>(${values});`);
      });
    }
  }
  const loads = texts.join('\n    ');
  if (reading === 'free') {
    const hand = (r: number): string =>
      four.map((j) => `let a${r}_${j} = subgroupBroadcast(av0_${j}, ${r / 4}u);\n    `).join('');
    return {
      start,
      loads,
      handing: (r) => (r % 4 === 0 ? hand(r) : ''),
      element: (r, j) => `a${r - (r % 4)}_${j}.${'xyzw'[r % 4]}`,
    };
  }
  return {
    start,
    loads,
    handing: (r) => `let a${r} = subgroupBroadcast(av${r >> 2}, ${r % 4}u);\n    `,
    element: (r, j) => `a${r}.${'xyzw'[j]}`,
  };
}

function fourths(height: Height): number[] {
  return Array.from({ length: height / 4 }, (_, i) => i);
}
