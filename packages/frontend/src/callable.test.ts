import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { Callable } from './callable.ts';

class Scale extends Callable {
  name = 'scale';
  readonly #factor: number;

  constructor(factor: number) {
    super();
    this.#factor = factor;
  }

  override invoke(x: number): number {
    return x * this.#factor;
  }

  override toJSON(): unknown {
    return { factor: this.#factor };
  }

  override toString(): string {
    return `Scale(${this.#factor})`;
  }
}

const double = new Scale(2);

test('an instance is a function that runs invoke, private fields included', () => {
  expect((double as unknown as (x: number) => number)(21)).toBe(42);
  expect(double).toBeInstanceOf(Scale);
});

test('nothing of Function shows: name is the class’s own, length and bind are gone', () => {
  expect(double.name).toBe('scale');
  expect(Object.keys(double)).toEqual(['name']);
  expect('length' in double).toBe(false);
  expect('bind' in double).toBe(false);
});

test('it has a JSON form, and reads well in console.log', () => {
  expect(JSON.stringify({ double })).toBe('{"double":{"factor":2}}');
  expect(inspect(double)).toBe('Scale(2)');
});
