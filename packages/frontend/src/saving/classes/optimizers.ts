/** How optimizers and learning-rate schedules stand in files. */
import * as optimizers from '../../optimizers/index.ts';
import * as schedules from '../../optimizers/schedules/index.ts';
import { entriesOf } from '../names.ts';
import type { SerializableEntry } from '../registry.ts';

const entry = entriesOf(
  'keras.optimizers',
  'name learningRate weightDecay clipnorm globalClipnorm clipvalue useEma emaMomentum ' +
    'emaOverwriteFrequency lossScaleFactor gradientAccumulationSteps',
);
const plain = entriesOf('keras.optimizers', 'name');
const schedule = entriesOf('keras.optimizers.schedules', 'name');
const moments = { beta1: 'beta_1', beta2: 'beta_2' };

/** All built-in optimizers. */
export const OPTIMIZERS: readonly SerializableEntry[] = [
  entry('SGD', optimizers.SGD, 'momentum nesterov'),
  entry('RMSprop', optimizers.RMSprop, 'rho momentum epsilon centered'),
  entry('Adam', optimizers.Adam, 'epsilon amsgrad', moments),
  entry('AdamW', optimizers.AdamW, 'epsilon amsgrad', moments),
  entry('Adagrad', optimizers.Adagrad, 'initialAccumulatorValue epsilon'),
  entry('Adadelta', optimizers.Adadelta, 'rho epsilon'),
  entry('Adamax', optimizers.Adamax, 'epsilon', moments),
  entry('Nadam', optimizers.Nadam, 'epsilon', moments),
  entry('Lamb', optimizers.Lamb, 'epsilon', moments),
  entry('Lion', optimizers.Lion, '', moments),
  entry('Ftrl', optimizers.Ftrl, 'learningRatePower initialAccumulatorValue beta', {
    l1RegularizationStrength: 'l1_regularization_strength',
    l2RegularizationStrength: 'l2_regularization_strength',
    l2ShrinkageRegularizationStrength: 'l2_shrinkage_regularization_strength',
  }),
  entry('Adafactor', optimizers.Adafactor, 'clipThreshold relativeStep', {
    beta2Decay: 'beta_2_decay',
    epsilon1: 'epsilon_1',
    epsilon2: 'epsilon_2',
  }),
  entry(
    'Muon',
    optimizers.Muon,
    'adamWeightDecay epsilon excludeLayers excludeEmbeddings muonA muonB muonC adamLrRatio ' +
      'momentum nsSteps nesterov rmsRate',
    { adamBeta1: 'adam_beta_1', adamBeta2: 'adam_beta_2' },
  ),
  entry('ScheduleFreeAdamW', optimizers.ScheduleFreeAdamW, 'epsilon warmupSteps', moments),
  plain(
    'LossScaleOptimizer',
    optimizers.LossScaleOptimizer,
    'innerOptimizer initialScale dynamicGrowthSteps',
  ),
];

/** All built-in schedules. */
export const SCHEDULES: readonly SerializableEntry[] = [
  schedule(
    'ExponentialDecay',
    schedules.ExponentialDecay,
    'initialLearningRate decaySteps decayRate staircase',
  ),
  schedule(
    'InverseTimeDecay',
    schedules.InverseTimeDecay,
    'initialLearningRate decaySteps decayRate staircase',
  ),
  schedule('PiecewiseConstantDecay', schedules.PiecewiseConstantDecay, 'boundaries values'),
  schedule(
    'PolynomialDecay',
    schedules.PolynomialDecay,
    'initialLearningRate decaySteps endLearningRate power cycle',
  ),
  schedule(
    'CosineDecay',
    schedules.CosineDecay,
    'initialLearningRate decaySteps alpha warmupTarget warmupSteps',
  ),
  schedule(
    'CosineDecayRestarts',
    schedules.CosineDecayRestarts,
    'initialLearningRate firstDecaySteps tMul mMul alpha',
  ),
];
