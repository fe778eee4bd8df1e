/** The digits of the page: fetched once, shuffled by a seed, split into some to learn and some held back. */

/** Images [count, 28, 28, 1] with values from 0 to 1, and their labels. */
export interface Digits {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
}

export const PIXELS = 28 * 28;
const HELD_BACK = 1000;

/** Fetches the file that `vite.config.ts` makes. */
export async function fetchDigits(address: string): Promise<{ train: Digits; heldBack: Digits }> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const count = bytes.length / (PIXELS + 1);
  const order = shuffled(count, 7);
  return {
    train: pick(bytes, order.subarray(HELD_BACK)),
    heldBack: pick(bytes, order.subarray(0, HELD_BACK)),
  };
}

function pick(bytes: Uint8Array, order: Uint32Array): Digits {
  const images = new Float32Array(order.length * PIXELS);
  const labels = new Int32Array(order.length);
  order.forEach((from, i) => {
    const at = from * (PIXELS + 1);
    labels[i] = bytes[at]!;
    for (let p = 0; p < PIXELS; p++) images[i * PIXELS + p] = bytes[at + 1 + p]! / 255;
  });
  return { images, labels, count: order.length };
}

/** The numbers below `count` in an order that is always the same. */
function shuffled(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let state = seed;
  for (let i = count - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
