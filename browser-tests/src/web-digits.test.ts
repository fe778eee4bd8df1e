import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { inChromium } from './chromium.ts';
import { serveWebDigits, type ServedPage } from './web-digits.ts';

const TIMEOUT = 300_000;
/** Pictures of the page, for whoever looks at a run of the suite. */
const ARTIFACTS = join(import.meta.dirname, '../artifacts');

inChromium(
  'the example web-digits',
  (pages) => {
    let served: ServedPage | undefined;
    beforeAll(async () => {
      served = await serveWebDigits();
    }, TIMEOUT);
    afterAll(() => served?.close());

    it.each(['cpu', 'onnx', 'webgpu'])(
      'learns on %s and reads a digit that is drawn',
      async (name) => {
        await pages.visit(`${served!.address}?steps=20`, async (page) => {
          await page.getByRole('status').getByText('Ready').waitFor();
          await page.getByRole('radio', { name: new RegExp(`^${LABELS[name]}`) }).check();
          await page.getByLabel('Epochs').fill('1');
          await page.getByRole('button', { name: 'Train' }).press('Enter');
          const rows = page.locator('#epoch-rows tr');
          const end = page.getByText(/Trained after|did not work/);
          await end.waitFor({ timeout: TIMEOUT });
          expect(await end.textContent()).toMatch(/^Trained after/);
          const [, loss, , heldBackLoss] = await rows.locator('th, td').allTextContents();
          // Ten classes: what knows nothing has a loss of ln 10.
          expect(Number(loss)).toBeLessThan(2.3);
          expect(Number(heldBackLoss)).toBeLessThan(Number(loss));
          expect(await inkOf(page.locator('#loss-chart canvas'))).toBeGreaterThan(200);

          const pad = page.getByRole('application');
          await pad.focus();
          for (let i = 0; i < 16; i++) await page.keyboard.press('Shift+ArrowDown');
          await page.getByText(/The network reads a \d\./).waitFor();
          const shares = await page.locator('#probabilities td').allTextContents();
          const total = shares.reduce((sum, share) => sum + Number.parseFloat(share), 0);
          expect(total).toBeCloseTo(100, 0);

          mkdirSync(ARTIFACTS, { recursive: true });
          await page.screenshot({
            path: join(ARTIFACTS, `web-digits-${name}.png`),
            fullPage: true,
          });
        });
      },
    );
  },
  { gpu: true, timeout: TIMEOUT },
);

const LABELS: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  onnx: 'ONNX Runtime',
  webgpu: 'WebGPU',
};

/** Pixels of a canvas that are not blank. */
function inkOf(canvas: { evaluate<T>(fn: (element: never) => T): Promise<T> }): Promise<number> {
  return canvas.evaluate(
    (element: { getContext(kind: '2d'): Context; width: number; height: number }) => {
      const { data } = element.getContext('2d').getImageData(0, 0, element.width, element.height);
      let ink = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) ink++;
      return ink;
    },
  );
}

interface Context {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}
