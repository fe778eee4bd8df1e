/** Global settings: `config.floatx()`, `config.setFloatx('float64')`, … as in `keras.config`. */
export {
  epsilon,
  floatx,
  imageDataFormat,
  setEpsilon,
  setFloatx,
  setImageDataFormat,
} from '@addax/core';
export { dtypePolicy, setDtypePolicy } from './dtype-policies/dtype-policy.ts';
