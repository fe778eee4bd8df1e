import { beforeAll, describe, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import {
  grad,
  GradientTape,
  jit,
  ops,
  type Tensor,
  tensor,
  useBackend,
  valueAndGrad,
  Variable,
} from '@addax/frontend';

beforeAll(() => useBackend(cpu.createSync!()));

describe('grad', () => {
  it('gives the slope of a function', async () => {
    expect(await grad((x: Tensor) => ops.sum(ops.square(x)))(tensor([1, -2])).array()).toEqual([
      2, -4,
    ]);
  });

  it('goes through itself for second derivatives', async () => {
    const cube = (x: Tensor): Tensor => x.mul(x).mul(x);
    const second = grad((x: Tensor) => grad(cube)(x));
    expect(await second(tensor(2)).item()).toBe(12);
  });

  it('is the same eagerly and compiled', async () => {
    const slope = grad((x: Tensor) => ops.sum(ops.tanh(x.mul(x))));
    const x = tensor([0.1, 0.7, -1.3]);
    expect(await jit(slope)(x).array()).toEqual(await slope(x).array());
  });

  it('stops at stopGradient', async () => {
    const slope = grad((x: Tensor) => x.mul(ops.stopGradient(x)));
    expect(await slope(tensor(3)).item()).toBe(3);
  });

  it('refuses a loss that is no scalar, and says its shape', () => {
    expect(() => grad((x: Tensor) => x.mul(2))(tensor([1, 2]))).toThrow(/shape \[2\].*ops\.sum/);
  });

  it('refuses an integer loss', () => {
    expect(() => grad((x: Tensor) => x.cast('int32'))(tensor(1))).toThrow(/float tensor/);
  });
});

describe('valueAndGrad', () => {
  it('differentiates by variables, with zeros where unconnected', async () => {
    const w = new Variable(3);
    const other = new Variable([1, 1]);
    const [loss, grads] = valueAndGrad(() => w.value.mul(w), [w, other]);
    expect(await loss.item()).toBe(9);
    expect(await grads[0]!.item()).toBe(6);
    expect(await grads[1]!.array()).toEqual([0, 0]);
  });

  it('passes further results along', async () => {
    const w = new Variable(3);
    const [[loss, twice]] = valueAndGrad((): [Tensor, Tensor] => [w.mul(w), w.mul(2)], [w]);
    expect([await loss.item(), await twice.item()]).toEqual([9, 6]);
  });

  it('takes a step inside jit', async () => {
    const w = new Variable(1);
    const step = jit(() => {
      const [loss, [slope]] = valueAndGrad(() => w.sub(3).square(), [w]);
      w.assignSub(slope!.mul(0.25));
      return loss;
    });
    expect([await step().item(), await step().item()]).toEqual([4, 1]);
    expect(await w.value.item()).toBe(2.5);
  });
});

describe('GradientTape', () => {
  it('records in parts and differentiates by tensors and variables', async () => {
    const w = new Variable(2);
    const x = tensor(5);
    const tape = new GradientTape();
    const h = tape.record(() => ops.multiply(w, x));
    const y = tape.record(() => h.mul(h));
    const [byW, byX, byNothing] = tape.gradient(y, [w, x, new Variable(1)]);
    expect([await byW!.item(), await byX!.item(), byNothing]).toEqual([100, 40, null]);
  });

  it('refuses a function that returns a promise', () => {
    expect(() => new GradientTape().record(async () => tensor(1))).toThrow(/promise/);
  });

  it('differentiates through a scan, a cond and a jitted function', async () => {
    const x = tensor(0.5);
    const inner = jit((v: Tensor) => v.mul(v));
    const f = (v: Tensor): Tensor => {
      const [last] = ops.scan(
        ((c: Tensor, s: Tensor) => [c.mul(v).add(s), c]) as never,
        inner(v),
        tensor([1, 2, 3]),
      ) as unknown as [Tensor];
      return ops.cond(
        last.greater(0),
        () => last.mul(2),
        () => last,
      ) as Tensor;
    };
    // c = v⁵ + v² + 2v + 3, doubled: slope 2 (5v⁴ + 2v + 2).
    expect(await grad(f)(x).item()).toBeCloseTo(2 * (5 * 0.5 ** 4 + 1 + 2), 5);
  });
});
