import { describe, expect, test } from '@jest/globals';
import { Layer, layers, ops, type Tensor, tensor } from '../index.ts';

describe('mixed precision', () => {
  test('computation in float16 on float32 weights', () => {
    const dense = layers.dense({ units: 2, dtype: 'mixedFloat16' });
    const result = dense(ops.ones([1, 3]));
    expect(result.dtype).toBe('float16');
    expect(dense.weights.map(({ dtype }) => dtype)).toEqual(['float32', 'float32']);
  });

  test('whole numbers are not cast, and autocast can be turned off', () => {
    class Seen extends Layer {
      dtypes: string[] = [];
      override call(inputs: readonly Tensor[]): readonly Tensor[] {
        this.dtypes = inputs.map(({ dtype }) => dtype);
        return inputs;
      }
    }
    const inputs = [tensor([1], undefined, 'int32'), tensor([1])];
    const cast = new Seen({ dtype: 'mixedBfloat16' });
    cast(inputs);
    expect(cast.dtypes).toEqual(['int32', 'bfloat16']);
    const plain = new Seen({ dtype: 'mixedBfloat16', autocast: false });
    plain(inputs);
    expect(plain.dtypes).toEqual(['int32', 'float32']);
  });
});
