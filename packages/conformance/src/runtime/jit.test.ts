import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import { jit, ops, type Tensor, tensor, useBackend, Variable } from '@addax/frontend';

beforeAll(() => useBackend(cpu.createSync!()));

describe('jit', () => {
  it('traces once per shape and dtype', async () => {
    let traces = 0;
    const double = jit((x: Tensor) => {
      traces++;
      return x.mul(2);
    });
    double(tensor([1, 2]));
    expect(await double(tensor([3, 4])).array()).toEqual([6, 8]);
    expect(traces).toBe(1);
    double(tensor([1, 2, 3]));
    double(tensor([1, 2], undefined, 'int32'));
    expect(traces).toBe(3);
  });

  it('runs what fits the tensor it is given, whatever it ran last', async () => {
    const double = jit((x: Tensor) => x.mul(2));
    const doubled = (x: Tensor): Promise<unknown> => double(x).array();
    expect(await doubled(tensor([1, 2]))).toEqual([2, 4]);
    expect(await doubled(tensor([[3]]))).toEqual([[6]]);
    expect(await doubled(tensor([4, 5]))).toEqual([8, 10]);
    expect(double(tensor([6, 7], undefined, 'int32')).dtype).toBe('int32');
    const elsewhere = cpu.createSync!({ dialect: 'js' });
    const x = await tensor([8, 9], undefined, 'int32').to(elsewhere);
    expect(double(x).backend).toBe(elsewhere);
  });

  it('takes numbers, booleans and strings as static', async () => {
    const scaled = jit((x: Tensor, by: number, negate: boolean) =>
      negate ? x.mul(-by) : x.mul(by),
    );
    expect(await scaled(tensor(2), 3, false).item()).toBe(6);
    expect(await scaled(tensor(2), 3, true).item()).toBe(-6);
  });

  it('takes and gives arrays and records', async () => {
    const swap = jit(({ a, b }: { a: Tensor; b: Tensor }) => ({ a: b, list: [a, a.add(b)] }));
    const { a, list } = swap({ a: tensor(1), b: tensor(2) });
    expect(await a.item()).toBe(2);
    expect(await Promise.all(list.map((t) => t.item()))).toEqual([1, 3]);
  });

  it('captures tensors from outside', async () => {
    const offset = tensor([10, 20]);
    const shifted = jit((x: Tensor) => x.add(offset));
    expect(await shifted(tensor([1, 2])).array()).toEqual([11, 22]);
  });

  it('inlines one jitted function in another', async () => {
    const v = new Variable(1);
    const bump = jit(() => {
      v.assignAdd(1);
      return v.value;
    });
    const both = jit(() => bump().add(bump()));
    expect(await both().item()).toBe(5);
    expect(await v.value.item()).toBe(3);
  });

  it('tells its executable of variables that stay as they are with one array', async () => {
    const backend = cpu.createSync!();
    const tails: unknown[] = [];
    const compile = backend.compile.bind(backend);
    backend.compile = (graph, options) => {
      const executable = compile(graph, options);
      const run = executable.run.bind(executable);
      executable.run = (inputs, tail) => {
        tails.push(tail);
        return run(inputs, tail);
      };
      return executable;
    };
    useBackend(backend);
    const v = new Variable(3);
    const scaled = jit((x: Tensor) => x.mul(v.value));
    const answers = [await scaled(tensor(1)).item(), await scaled(tensor(2)).item()];
    v.assign(tensor(5));
    answers.push(await scaled(tensor(2)).item());
    expect(answers).toEqual([3, 6, 10]);
    expect(tails).toHaveLength(3);
    expect(tails[1]).toBe(tails[0]);
    expect(tails[2]).not.toBe(tails[0]);
    useBackend(cpu.createSync!());
  });

  it('refuses a function that returns a promise', () => {
    const late = jit(async (x: Tensor) => x);
    expect(() => late(tensor(1))).toThrow(/returned a promise/);
  });

  it('refuses to read values in a trace and says where', () => {
    const reads = jit((x: Tensor) => {
      void ops.exp(x).dataSync();
      return x;
    });
    expect(() => reads(tensor(1))).toThrow(/inside a trace.*exp.*runEagerly/s);
  });

  it('refuses a tensor that leaked out of a finished trace', () => {
    let leaked: Tensor | undefined;
    jit((x: Tensor) => {
      leaked = x.mul(2);
      return x;
    })(tensor(1));
    const uses = jit((x: Tensor) => x.add(leaked!));
    expect(() => uses(tensor(1))).toThrow(/finished trace/);
  });

  it('leaves variables alone when the trace throws', async () => {
    const v = new Variable(1);
    const bad = jit(() => {
      v.assign(5);
      throw new Error('stop');
    });
    expect(() => bad()).toThrow('stop');
    expect(await v.value.item()).toBe(1);
  });

  it('warns at the ninth trace and names the argument', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const power = jit((x: Tensor, n: number) => x.mul(n), { name: 'power' });
    for (let n = 0; n < 10; n++) power(tensor(1), n);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]![0])).toMatch(/power was traced 9 times; argument 1/);
  });

  it('equals eager bit for bit', async () => {
    const x = tensor(
      Float32Array.from({ length: 64 }, (_, i) => Math.sin(i) * 3),
      [8, 8],
    );
    const fn = (a: Tensor): Tensor => ops.tanh(a.matmul(a).mul(0.1).add(1)).sum({ axis: 1 });
    expect(await jit(fn)(x).array()).toEqual(await fn(x).array());
  });
});
