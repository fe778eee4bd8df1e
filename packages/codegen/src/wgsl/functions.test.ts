import { describe, expect, it } from '@jest/globals';
import type { DType } from '@addax/core';
import { wgslFunctions as f, valueType } from './functions.ts';
import { extensions, prelude } from './prelude.ts';

describe('functions as WGSL', () => {
  it('are defined by the prelude, helpers of helpers first', () => {
    const texts = [
      ...Object.values(f.unary).map((text) => text('x', 'float16')),
      ...Object.values(f.binary).map((text) => text('x', 'y', 'bfloat16')),
      ...Object.values(f.test).map((text) => text('x', 'float32')),
    ];
    const text = prelude(texts.join('\n'));
    const defined = new Set<string>();
    for (const part of text.split(/^(?=fn )/mu)) {
      const [name, ...called] = [...part.matchAll(/addax_\w+/gu)].map(([found]) => found);
      defined.add(name);
      expect(called.filter((one) => !defined.has(one))).toEqual([]);
    }
    for (const [name] of texts.join('\n').matchAll(/addax_\w+/gu)) expect(defined).toContain(name);
  });

  it('bring no helpers along that are not called', () => {
    expect(prelude(f.binary.add('x', 'y', 'float32'))).toBe('');
    expect(prelude(f.unary.floor('x', 'float32'))).toBe('');
    expect(() => prelude('addax_unheard_of(x)')).toThrow('no WGSL helper addax_unheard_of');
  });

  it('make a module ask for what its text uses', () => {
    expect(extensions('let x = f32(1);')).toBe('');
    expect(extensions('let x = f16(1);')).toBe('enable f16;\n');
    expect(extensions('subgroupBroadcast(x, 0u)')).toMatch(/^enable subgroups;\ndiagnostic\(/u);
  });

  it('wrap narrow integers and round narrow floats', () => {
    expect(f.binary.add('x', 'y', 'int8')).toBe('(((x + y) << 24u) >> 24u)');
    expect(f.binary.mul('x', 'y', 'uint16')).toBe('((x * y) & 65535u)');
    expect(f.binary.mul('x', 'y', 'float16')).toBe('addax_round_float16((x * y))');
    expect(f.cast('x', 'int32', 'uint8')).toBe('(u32(x) & 255u)');
  });

  it('refuse what the device cannot hold', () => {
    expect(() => valueType('float64')).toThrow(/WebGPU has no float64/);
    const wide: DType = 'int64';
    expect(() => f.bitcast('x', wide, 'float64')).toThrow(/no float64/);
    expect(() => f.bitcast('x', wide, 'int32')).toThrow(/int64 is held in 32 bits/);
  });
});
