/** A convolutional GAN on digits: two models, two optimizers, its own training step. */
import {
  input,
  layers,
  losses,
  metrics,
  Model,
  ops,
  optimizers,
  random,
  Sequential,
  type Tensor,
  tensor,
  utils,
  valueAndGrad,
} from '@addax/frontend';
import { loadDigits } from './digits.ts';
import { steps } from './settings.ts';

const LATENT = 32;
const BATCH = 32;

function makeDiscriminator(): Model {
  const images = input({ shape: [28, 28, 1] });
  let x = layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: 'same' })(images);
  x = layers.leakyReLU({ negativeSlope: 0.2 })(x);
  x = layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same' })(x);
  x = layers.leakyReLU({ negativeSlope: 0.2 })(x);
  const outputs = layers.dense({ units: 1 })(layers.flatten()(x));
  return new Model({ inputs: images, outputs, name: 'discriminator' });
}

function makeGenerator(): Model {
  return new Sequential(
    [
      layers.dense({ units: 7 * 7 * 32, inputShape: [LATENT] }),
      layers.leakyReLU({ negativeSlope: 0.2 }),
      layers.reshape({ targetShape: [7, 7, 32] }),
      layers.conv2dTranspose({ filters: 16, kernelSize: 4, strides: 2, padding: 'same' }),
      layers.leakyReLU({ negativeSlope: 0.2 }),
      layers.conv2dTranspose({
        filters: 1,
        kernelSize: 4,
        strides: 2,
        padding: 'same',
        activation: 'sigmoid',
      }),
    ],
    { name: 'generator' },
  );
}

class GAN extends Model {
  discriminator = makeDiscriminator();
  generator = makeGenerator();
  gLoss = new metrics.Mean({ name: 'gLoss' });
  dLoss = new metrics.Mean({ name: 'dLoss' });
  seeds = new random.SeedGenerator(7);
  gOptimizer = optimizers.adam({ learningRate: 2e-4, beta1: 0.5 });
  dOptimizer = optimizers.adam({ learningRate: 2e-4, beta1: 0.5 });
  lossFn = new losses.BinaryCrossentropy({ fromLogits: true });

  override call(latent: Tensor): Tensor {
    return this.generator(latent);
  }

  override trainStep(realImages: Tensor): Record<string, Tensor> {
    const count = realImages.shape[0]!;
    const latent = (): Tensor => random.normal([count, LATENT], { seed: this.seeds });

    const fakes = this.generator(latent(), { training: true });
    const images = ops.concatenate([realImages, ops.stopGradient(fakes)], { axis: 0 });
    const labels = ops.concatenate([ops.ones([count, 1]), ops.zeros([count, 1])], { axis: 0 });
    const dVariables = this.discriminator.trainableVariables;
    const [dLoss, dGradients] = valueAndGrad(
      () => this.lossFn(labels, this.discriminator(images, { training: true })),
      dVariables,
    );
    this.dOptimizer.apply(dGradients, dVariables);

    const gVariables = this.generator.trainableVariables;
    const noise = latent();
    const [gLoss, gGradients] = valueAndGrad(() => {
      const verdict = this.discriminator(this.generator(noise, { training: true }));
      return this.lossFn(ops.ones([count, 1]), verdict);
    }, gVariables);
    this.gOptimizer.apply(gGradients, gVariables);

    this.dLoss.updateState(dLoss);
    this.gLoss.updateState(gLoss);
    return { gLoss: this.gLoss.result(), dLoss: this.dLoss.result() };
  }
}

utils.setRandomSeed(1);
const { train } = loadDigits(steps(1024, 64), 1);
const gan = new GAN();
gan.compile({ optimizer: 'adam' });
const { history } = await gan.fit(tensor(train.images, [train.count, 28, 28, 1]), {
  epochs: steps(3, 1),
  batchSize: BATCH,
});
console.log(`generator ${history['gLoss']!.at(-1)!.toFixed(4)}`);
console.log(`discriminator ${history['dLoss']!.at(-1)!.toFixed(4)}`);
