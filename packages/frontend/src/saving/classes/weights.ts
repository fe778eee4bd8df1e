/** How initializers, regularizers and constraints stand in files. */
import * as constraints from '../../constraints/index.ts';
import * as initializers from '../../initializers/index.ts';
import * as regularizers from '../../regularizers/index.ts';
import { entriesOf } from '../names.ts';
import type { SerializableEntry } from '../registry.ts';

const fixed = entriesOf('keras.initializers', '');
const random = entriesOf('keras.initializers', 'seed');
const fans = entriesOf('keras.initializers', 'seed inputAxes outputAxes', ['mode', 'distribution']);
const regularizer = entriesOf('keras.regularizers', '');
const constraint = entriesOf('keras.constraints', '');

/** All built-in initializers. */
export const INITIALIZERS: readonly SerializableEntry[] = [
  fixed('Constant', initializers.Constant, 'value'),
  fixed('Zeros', initializers.Zeros),
  fixed('Ones', initializers.Ones),
  fixed('Identity', initializers.Identity, 'gain'),
  fixed('STFT', initializers.STFT, 'side window scaling periodic'),
  random('RandomNormal', initializers.RandomNormal, 'mean stddev'),
  random('TruncatedNormal', initializers.TruncatedNormal, 'mean stddev'),
  random('RandomUniform', initializers.RandomUniform, 'minval maxval'),
  random('Orthogonal', initializers.Orthogonal, 'gain'),
  fans('VarianceScaling', initializers.VarianceScaling, 'scale mode distribution'),
  fans('GlorotUniform', initializers.GlorotUniform),
  fans('GlorotNormal', initializers.GlorotNormal),
  fans('HeUniform', initializers.HeUniform),
  fans('HeNormal', initializers.HeNormal),
  fans('LecunUniform', initializers.LecunUniform),
  fans('LecunNormal', initializers.LecunNormal),
];

/** All built-in regularizers. */
export const REGULARIZERS: readonly SerializableEntry[] = [
  regularizer('L1', regularizers.L1, 'l1'),
  regularizer('L2', regularizers.L2, 'l2'),
  regularizer('L1L2', regularizers.L1L2, 'l1 l2'),
  regularizer('OrthogonalRegularizer', regularizers.OrthogonalRegularizer, 'factor mode'),
];

/** All built-in constraints. */
export const CONSTRAINTS: readonly SerializableEntry[] = [
  constraint('MaxNorm', constraints.MaxNorm, 'maxValue axis'),
  constraint('NonNeg', constraints.NonNeg),
  constraint('UnitNorm', constraints.UnitNorm, 'axis'),
  constraint('MinMaxNorm', constraints.MinMaxNorm, 'minValue maxValue rate axis'),
];
