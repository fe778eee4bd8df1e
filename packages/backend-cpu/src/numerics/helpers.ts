/** What generated JavaScript may call, by name. */
import type { JavaScriptHelpers } from '@addax/codegen';
import * as half from './half.ts';
import { integerPower, roundEven, toInt32, toSmall, toUint32 } from './integers.ts';
import { digamma, erf, erfInv, lgamma, power, rectify } from './special.ts';

/** The helpers of the JavaScript dialect. */
export const helpers: JavaScriptHelpers = {
  roundEven,
  erf,
  erfInv,
  lgamma,
  digamma,
  power,
  rectify,
  integerPower,
  roundFloat16: half.roundFloat16,
  roundBfloat16: half.roundBfloat16,
  encodeFloat16: half.encodeFloat16,
  encodeBfloat16: half.encodeBfloat16,
  decodeFloat16: half.decodeFloat16,
  decodeBfloat16: half.decodeBfloat16,
  toInt32,
  toUint32,
  toSmall,
  floatBits: half.floatBits,
  bitsFloat: half.bitsFloat,
};
