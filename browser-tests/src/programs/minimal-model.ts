/** The smallest useful program (docs/guide/small-bundles.md); `tools/check-size.mjs` weighs it. */
import { cpuWith } from '@addax/backend-cpu/parts';
import { embedBackend } from '@addax/core';
import { dense } from '@addax/frontend/layers';
import { Sequential } from '@addax/frontend/models';
import { adam } from '@addax/frontend/optimizers';

embedBackend(cpuWith());

/** A model of one layer, ready to train. */
export const model: Sequential = new Sequential([dense({ units: 1, inputShape: [4] })]);
model.compile({ loss: 'meanSquaredError', optimizer: adam({ learningRate: 0.1 }) });
