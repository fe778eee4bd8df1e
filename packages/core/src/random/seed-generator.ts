/**
 * The state behind random ops: a variable that advances in the graph, so that a compiled step
 * carries its random state like any other. Also the generator used where no seed is given.
 */
import { ArgumentError } from '../errors.ts';
import { autoName } from '../naming.ts';
import { composite } from '../ops/composites/composite.ts';
import { checkOptions } from '../ops/options.ts';
import type { PrimitiveFunctions } from '../ops/primitives/primitive.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../variable.ts';
import { PARITY, ROTATIONS, seedWords, threefry } from './threefry.ts';

/** Options of {@link SeedGenerator}. */
export interface SeedGeneratorOptions {
  /** Name; "seed_generator", "seed_generator_1", … by default. */
  readonly name?: string | undefined;
}

/**
 * A source of keys for random ops. Its state is a uint32[3] variable (key, counter); each draw gives
 * the key threefry(key, (1, counter)) and adds one to the counter, with the same result eagerly, in
 * a compiled step and on every backend.
 *
 * @example
 * const seed = new SeedGenerator(42);
 * random.normal([2], { seed }); // differs from draw to draw, not from run to run
 */
export class SeedGenerator {
  readonly name: string;
  /** The seed given, or the one chosen in its place. */
  readonly seed: number;
  /** uint32[3]: key and counter. */
  readonly state: Variable;

  /**
   * @param seed A whole number from 0; chosen at random by default (after
   *   {@link setRandomSeed} by that seed).
   */
  constructor(seed?: number | null, options: SeedGeneratorOptions = {}) {
    checkOptions('SeedGenerator', options, 'name');
    this.name = options.name ?? autoName('seed_generator');
    this.seed = checkSeed(seed ?? makeDefaultSeed());
    this.state = new Variable(
      { shape: [3], dtype: 'uint32', data: Uint32Array.of(...seedWords(this.seed), 0) },
      { name: 'seed_generator_state', path: `${this.name}/seed_generator_state`, trainable: false },
    );
  }

  /** The next key, uint32[2]. */
  next(): Tensor {
    const [key, state] = composite('nextKey', [this.state.value], {}, (ops, [current]) =>
      advance(ops, current!),
    );
    this.state.assign(state!);
    return key!;
  }

  /** Constructor arguments, as in files. */
  getConfig(): { seed: number } {
    return { seed: this.seed };
  }
}

/** Throws unless a seed is a whole number from 0 to 2⁵³. */
export function checkSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new ArgumentError(`a seed must be a whole number from 0 to 2^53, got ${String(seed)}.`);
}

/** Key of this draw and state of the next, in primitives on uint32 scalars. */
function advance(ops: PrimitiveFunctions, state: Tensor): Tensor[] {
  const word = (i: number): Tensor => ops.reshape(ops.slice(state, [i], [i + 1]), []);
  const number = (value: number): Tensor => ops.full([], value, 'uint32');
  const [first, second, counter] = [word(0), word(1), word(2)];
  const third = ops.binary('xor', ops.binary('xor', first, second), number(PARITY));
  const keys = [first, second, third];
  let a = ops.add(number(1), first);
  let b = ops.add(counter, second);
  for (let round = 0; round < 20; round++) {
    const distance = ROTATIONS[round % 8]!;
    a = ops.add(a, b);
    const left = ops.binary('shl', b, number(distance));
    const right = ops.binary('shr', b, number(32 - distance));
    b = ops.binary('xor', ops.binary('or', left, right), a);
    if (round % 4 === 3) {
      const step = (round + 1) / 4;
      a = ops.add(a, keys[step % 3]!);
      b = ops.add(ops.add(b, keys[(step + 1) % 3]!), number(step));
    }
  }
  const vector = (words: readonly Tensor[]): Tensor =>
    ops.concat(
      words.map((one) => ops.reshape(one, [1])),
      0,
    );
  return [vector([a, b]), vector([first, second, ops.add(counter, number(1))])];
}

let chosenSeed: number | undefined;
let hostWords = entropy();
let hostDraws = 0;
let generator: SeedGenerator | undefined;

function entropy(): readonly [number, number] {
  const word = (): number => Math.floor(Math.random() * 2 ** 32);
  return [word(), word()];
}

/** A seed for what was given none, from 1 to 10⁹; repeatable after {@link setRandomSeed}. */
export function makeDefaultSeed(): number {
  const [word] = threefry(hostWords, [2, hostDraws++]);
  return 1 + (word % 1e9);
}

/** The generator of random ops that are given no seed. */
export function globalSeedGenerator(): SeedGenerator {
  return (generator ??= new SeedGenerator(chosenSeed, { name: 'global_seed_generator' }));
}

/** Makes everything random from here on repeatable: ops without a seed, and seeds not given. */
export function setRandomSeed(seed: number): void {
  chosenSeed = checkSeed(seed);
  resetRandom();
}

/** Forgets the global generator, for `clearSession`; a seed set before holds again from its start. */
export function resetRandom(): void {
  generator = undefined;
  hostDraws = 0;
  hostWords = chosenSeed === undefined ? entropy() : seedWords(chosenSeed);
}
