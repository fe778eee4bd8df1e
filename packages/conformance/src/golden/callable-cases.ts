/** The golden group `ops/callable`: programs given in words, written by hand. */
import { GradientTape, ops, type Tensor, tensor } from '@addax/core';
import type { GoldenCase, GoldenGroup } from './case-file.ts';
import { expectValue } from './compare.ts';
import { CannotRun, valueOf } from './spec.ts';

type Arguments = Readonly<Record<string, Tensor>>;

const branches = [
  (v: Tensor): Tensor => v.add(1),
  (v: Tensor): Tensor => v.mul(v),
  (v: Tensor): Tensor => v.neg(),
];

function chooseBySign({ x }: Arguments): Tensor {
  return ops.cond(
    x!.sum().greater(0),
    () => x!.mul(2),
    () => x!.sub(1),
  ) as Tensor;
}

function countingLoop({ x }: Arguments, options: { maximumIterations?: number }): Tensor[] {
  return ops.whileLoop(
    (i: Tensor) => i.less(5),
    (i: Tensor, y: Tensor) => [i.add(1), y.mul(1.5).add(i)] as [Tensor, Tensor],
    [tensor(0, [], 'int32'), x!] as [Tensor, Tensor],
    options,
  );
}

function cumulativeScan({ init, xs }: Arguments, options: { reverse?: boolean }): unknown {
  const step = (c: Tensor, v: Tensor): [Tensor, Tensor] => [c.mul(0.5).add(v), c.add(v.mul(2))];
  return ops.scan(step as never, init!, xs!, options);
}

function customLog1pExp({ x, tangent }: Arguments): Tensor[] {
  const f = ops.customGradient((v: Tensor) => [
    ops.log(ops.exp(v).add(1)),
    (upstream: Tensor) => upstream.mul(ops.subtract(1, ops.divide(1, ops.exp(v).add(1)))),
  ]);
  const tape = new GradientTape();
  const y = tape.record(() => f(x!));
  const total = tape.record(() => y.mul(tangent!).sum());
  return [y, tape.gradient(total, [x!])[0]!];
}

function linearRecurrence({ x, y }: Arguments): unknown {
  const combine = ([a1, b1]: Tensor[], [a2, b2]: Tensor[]): Tensor[] => [
    a1!.mul(a2!),
    a2!.mul(b1!).add(b2!),
  ];
  return ops.associativeScan(combine as never, [x!, y!] as never);
}

const PROGRAMS: Readonly<Record<string, (args: Arguments) => unknown>> = {
  'cond.true': chooseBySign,
  'cond.false': chooseBySign,
  'switch.middle': ({ x }) => ops.switch(1, branches, x!),
  'switch.clamped': ({ x }) => ops.switch(7, branches, x!),
  'while_loop.basic': (args) => countingLoop(args, {}),
  'while_loop.maximum_iterations': (args) => countingLoop(args, { maximumIterations: 3 }),
  'fori_loop.basic': ({ x }) =>
    ops.foriLoop(2, 6, ((i: Tensor, y: Tensor) => y.add(i.mul(x!))) as never, ops.zerosLike(x!)),
  'map.basic': ({ x }) => ops.map(((v: Tensor) => v.mul(v).add(v.sum())) as never, x!),
  'map.structure': ({ x, y }) =>
    ops.map(
      (({ p, q }: Record<string, Tensor>) => p!.mul(ops.take(q!, 0))) as never,
      { p: x!, q: y! } as never,
    ),
  'vectorized_map.basic': ({ x }) =>
    ops.vectorizedMap(((v: Tensor) => v.mul(v).add(v.sum())) as never, x!),
  'scan.cumulative': (args) => cumulativeScan(args, {}),
  'scan.reverse': (args) => cumulativeScan(args, { reverse: true }),
  'scan.length': ({ init }) =>
    ops.scan(((c: Tensor) => [c.mul(1.5), c]) as never, init!, undefined, { length: 4 }),
  'associative_scan.add': ({ x }) =>
    ops.associativeScan(((a: Tensor, b: Tensor) => a.add(b)) as never, x!),
  'associative_scan.reverse_axis': ({ x }) =>
    ops.associativeScan(((a: Tensor, b: Tensor) => a.mul(b)) as never, x!, {
      reverse: true,
      axis: 1,
    }),
  'associative_scan.pairs': linearRecurrence,
  'jvp.basic': ({ x, tangent }) =>
    ops.jvp((v: Tensor) => ops.sin(v).mul(ops.exp(v)), [x!], [tangent!]),
  'custom_gradient.log1pexp': customLog1pExp,
};

/** Runs one program of the group. */
export async function runCallableCase(group: GoldenGroup, golden: GoldenCase): Promise<void> {
  const program = PROGRAMS[golden.id];
  if (program === undefined) throw new CannotRun(`unknown: the program of ${golden.id}`);
  const args = Object.fromEntries(
    Object.entries(golden['arguments'] as Record<string, unknown>).map(([name, spec]) => [
      name,
      valueOf(group, spec) as Tensor,
    ]),
  );
  await expectValue(group, golden['outputs'], program(args), golden.tol, golden.check);
}
