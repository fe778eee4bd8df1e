import { describe, expect, it } from '@jest/globals';
import { digamma, erf, erfInv, lgamma, power } from './special.ts';

/** Relative error against a reference of 17 digits. */
function expectClose(actual: number, expected: number, tolerance = 1e-14): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

describe('special functions', () => {
  it.each([
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [0.9, 0.796908212422832],
    [1.0, 0.8427007929497149],
    [1.5, 0.9661051464753106],
    [2.5, 0.999593047982555],
    [4.0, 0.9999999845827421],
  ])('erf(%d)', (x, y) => {
    expectClose(erf(x), y);
    expectClose(erf(-x), -y);
  });

  it.each([0, 1e-8, 0.1, 0.3, 0.5, 0.75, 0.9, 0.999, 0.9999999])('erfInv undoes erf at %d', (y) => {
    expectClose(erf(erfInv(y)), y, 1e-15);
  });

  it('erfInv keeps digits close to 1', () => {
    expectClose(erfInv(1 - 2 ** -40), 5.05125408524939);
    expect([erfInv(1), erfInv(-1), erfInv(1.5), erfInv(NaN)]).toEqual([
      Infinity,
      -Infinity,
      NaN,
      NaN,
    ]);
  });

  it.each([
    [0.5, 0.5723649429247001],
    [1.5, -0.12078223763524522],
    [3, Math.LN2],
    [10.3, 13.48203678613836],
    [100, 359.1342053695754],
    [-0.5, 1.2655121234846454],
    [-2.3, 0.369566663455008],
  ])('lgamma(%d)', (x, y) => expectClose(lgamma(x), y, 1e-13));

  it.each([
    [1, -0.5772156649015329],
    [0.5, -1.9635100260214235],
    [5, 1.5061176684318003],
    [-0.5, 0.03648997397857652],
  ])('digamma(%d)', (x, y) => expectClose(digamma(x), y, 1e-13));

  it('has poles where Γ has them', () => {
    expect([lgamma(0), lgamma(-3), digamma(-1)]).toEqual([Infinity, Infinity, NaN]);
  });

  it('raises 1 to any power as IEEE 754 says', () => {
    expect([power(1, NaN), power(-1, Infinity), power(2, 3), power(-2, 0.5)]).toEqual([
      1,
      1,
      8,
      NaN,
    ]);
  });
});
