import { beforeAll, describe, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import {
  DTypeError,
  jit,
  ops,
  ShapeError,
  tensor,
  UnsupportedError,
  useBackend,
  Variable,
} from '@addax/frontend';

beforeAll(() => useBackend(cpu.createSync!()));

describe('Variable', () => {
  it('takes the dtype asked for', async () => {
    const count = new Variable(1, { trainable: false, dtype: 'int32' });
    expect([count.dtype, count.shape, await count.value.item()]).toEqual(['int32', [], 1]);
  });

  it('is named variable, variable_1, … unless given a name', () => {
    const first = new Variable(0);
    const second = new Variable(0);
    expect(second.name).not.toBe(first.name);
    expect(new Variable(0, { name: 'w' }).name).toBe('w');
  });

  it('reads as a snapshot that later assignments do not change', async () => {
    const v = new Variable([1, 2]);
    const before = v.value;
    v.assign([3, 4]);
    expect(await before.array()).toEqual([1, 2]);
    expect(await v.value.array()).toEqual([3, 4]);
  });

  it('reads as a snapshot that a compiled step writing in place does not change', async () => {
    const v = new Variable([1, 2]);
    const step = jit(() => {
      v.assign(v.value.mul(10));
    });
    const first = v.value;
    step();
    const second = v.value;
    step();
    expect(await first.array()).toEqual([1, 2]);
    expect(await second.array()).toEqual([10, 20]);
    expect(await v.value.array()).toEqual([100, 200]);
  });

  it('sees its own assignments inside a trace', async () => {
    const v = new Variable(1);
    const twice = jit(() => {
      v.assignAdd(1);
      v.assignAdd(1);
      return v.value.mul(10);
    });
    expect(await twice().item()).toBe(30);
    expect(await v.value.item()).toBe(3);
  });

  it('keeps its value when an assignment has the wrong shape, and says both shapes', async () => {
    const v = new Variable([1, 2], { name: 'w' });
    expect(() => v.assign([1, 2, 3])).toThrow(ShapeError);
    expect(() => v.assign([1, 2, 3])).toThrow(/"w" has shape \[2\].*\[3\]/);
    expect(await v.value.array()).toEqual([1, 2]);
  });

  it('refuses float values for an integer variable', () => {
    const v = new Variable(1, { dtype: 'int32' });
    expect(() => v.assign(tensor(1.5))).toThrow(DTypeError);
  });

  it('may be created in the first trace of a jitted function', async () => {
    let v: Variable | undefined;
    const next = jit(() => {
      v ??= new Variable(5);
      v.assignAdd(1);
      return v.value;
    });
    expect(await next().item()).toBe(6);
    expect(await next().item()).toBe(7);
  });

  it('cannot start from a traced tensor', () => {
    const make = jit((x: ReturnType<typeof tensor>) => new Variable(ops.exp(x)).value);
    expect(() => make(tensor(1))).toThrow(UnsupportedError);
  });

  it('cannot be assigned in the body of a loop', () => {
    const v = new Variable(0);
    const loop = jit(() =>
      ops.foriLoop(
        0,
        3,
        ((_i: unknown, y: ReturnType<typeof tensor>) => {
          v.assignAdd(1);
          return y;
        }) as never,
        tensor(0),
      ),
    );
    expect(() => loop()).toThrow(/assigned inside the body/);
  });
});
