import { afterEach, describe, expect, it } from '@jest/globals';
import {
  epsilon,
  floatx,
  imageDataFormat,
  readConfig,
  setEpsilon,
  setFloatx,
  setImageDataFormat,
} from './config.ts';
import { ArgumentError } from './errors.ts';

afterEach(() => {
  setFloatx('float32');
  setEpsilon(1e-7);
  setImageDataFormat('channelsLast');
});

describe('addax.json', () => {
  it('gives backend, floatx, epsilon and image data format', () => {
    const text =
      '{"backend":"cpu","floatx":"float16","epsilon":1e-5,"imageDataFormat":"channelsFirst"}';
    expect(readConfig({ path: 'addax.json', text })).toEqual({
      backend: 'cpu',
      floatx: 'float16',
      epsilon: 1e-5,
      imageDataFormat: 'channelsFirst',
    });
  });

  it.each([
    ['that is not JSON', '{', /not valid JSON/],
    ['with an unknown key', '{"bakcend":"cpu"}', /unknown key "bakcend"; known: floatx/],
    ['with a bad floatx', '{"floatx":"int8"}', /floatx must be/],
    ['with a bad epsilon', '{"epsilon":"small"}', /epsilon must be/],
  ])('is refused %s', (_what, text, message) => {
    expect(() => readConfig({ path: 'addax.json', text })).toThrow(ArgumentError);
    expect(() => readConfig({ path: 'addax.json', text })).toThrow(message);
  });
});

describe('settings', () => {
  it('have the defaults of Keras', () => {
    expect([floatx(), epsilon(), imageDataFormat()]).toEqual(['float32', 1e-7, 'channelsLast']);
  });

  it('can be set, and stay as they were when the value is wrong', () => {
    setFloatx('float64');
    expect(() => setFloatx('int32')).toThrow(ArgumentError);
    expect(floatx()).toBe('float64');
  });
});
