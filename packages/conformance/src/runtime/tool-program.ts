/** A small program for the tests of ADDAX_DUMP, ADDAX_VALIDATE and ADDAX_PROFILE. */
import process from 'node:process';
import { jit, ops, type Tensor, tensor } from '@addax/frontend';

const programs: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  fine: (x) => ops.exp(x).mul(x).sum(),
  nan: (x) => ops.log(x.neg()).sum(),
  index: (x) => ops.take(x, tensor([7], undefined, 'int32')),
};

const step = jit(programs[process.argv[2] ?? 'fine']!, { name: 'step' });
try {
  console.log(await step(tensor([1, 2, 3])).data());
} catch (error) {
  console.log((error as Error).message);
}
