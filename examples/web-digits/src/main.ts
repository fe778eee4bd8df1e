/** The page: hands work to the worker and shows what it reports. */
import { Chart } from './charts.ts';
import type { BackendName, ToPage, ToWorker } from './messages.ts';
import { Pad } from './pad.ts';

const LABELS: Readonly<Record<BackendName, string>> = {
  cpu: 'CPU (WebAssembly or JavaScript)',
  onnx: 'ONNX Runtime (WebAssembly)',
  webgpu: 'WebGPU',
};

const worker = new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module' });
const send = (message: ToWorker): void => worker.postMessage(message, []);
/** `?steps=20` makes epochs short. */
const steps = Number(new URLSearchParams(location.search).get('steps') ?? Infinity);

const element = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const status = element('status');
const start = element<HTMLButtonElement>('start');
const stop = element<HTMLButtonElement>('stop');
const lossChart = new Chart(element('loss-chart'), 'loss', '#b3261e');
const accuracyChart = new Chart(element('accuracy-chart'), 'accuracy', '#1560bd');
const pad = new Pad(element<HTMLCanvasElement>('pad'), ask);
let isTrained = false;
let label: number | undefined;

element('train').addEventListener('submit', (event) => {
  event.preventDefault();
  const chosen = document.querySelector<HTMLInputElement>('input[name=backend]:checked');
  if (chosen === null) return;
  start.disabled = true;
  stop.disabled = false;
  lossChart.clear();
  accuracyChart.clear();
  element('epoch-rows').replaceChildren();
  status.textContent = 'Preparing the network.';
  const epochs = element<HTMLInputElement>('epochs').valueAsNumber;
  send({ kind: 'train', backend: chosen.value as BackendName, epochs, steps });
});
stop.addEventListener('click', () => send({ kind: 'stop' }));
element('clear').addEventListener('click', () => pad.clear());
element('example').addEventListener('click', () => send({ kind: 'sample' }));

function ask(): void {
  const isEmpty = pad.pixels.every((value) => value === 0);
  if (isEmpty) label = undefined;
  if (isEmpty || !isTrained) {
    element('answer').textContent = isEmpty ? 'Nothing drawn yet.' : 'Train the network first.';
    element('probabilities').replaceChildren();
    return;
  }
  send({ kind: 'predict', pixels: pad.pixels });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function row(head: string, ...cells: readonly string[]): HTMLTableRowElement {
  const line = document.createElement('tr');
  const first = document.createElement('th');
  first.scope = 'row';
  first.textContent = head;
  line.append(first);
  for (const text of cells) line.insertCell().textContent = text;
  return line;
}

function offer({ count, backends }: Extract<ToPage, { kind: 'ready' }>): void {
  for (const { name, device, reason } of backends) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'radio', name: 'backend', value: name, id: `backend-${name}` });
    input.disabled = device === undefined;
    input.checked = name === 'cpu';
    const text = document.createElement('label');
    text.append(input, ` ${LABELS[name]}`);
    if (reason !== undefined) text.append(`: ${reason}`);
    element('backends').append(text);
  }
  status.textContent = `${count} digits to learn from. Ready.`;
}

function finish(text: string): void {
  status.textContent = text;
  start.disabled = false;
  stop.disabled = true;
}

worker.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  switch (data.kind) {
    case 'ready':
      offer(data);
      break;
    case 'started':
      status.textContent = `Training on ${data.device}.`;
      break;
    case 'step':
      element('loss').textContent = data.score.loss.toFixed(3);
      element('accuracy').textContent = percent(data.score.accuracy);
      lossChart.add(data.step, data.score.loss);
      accuracyChart.add(data.step, data.score.accuracy * 100);
      break;
    case 'epoch': {
      const { epoch, score, heldBack } = data;
      lossChart.mark(heldBack.loss);
      accuracyChart.mark(heldBack.accuracy * 100);
      const numbers = [score, heldBack].flatMap((part) => [
        part.loss.toFixed(3),
        percent(part.accuracy),
      ]);
      element('epoch-rows').append(row(String(epoch), ...numbers));
      break;
    }
    case 'done':
      isTrained = true;
      finish(`${data.stopped ? 'Stopped' : 'Trained'} after ${data.seconds.toFixed(1)} seconds.`);
      ask();
      break;
    case 'sample':
      label = data.label;
      pad.set(data.pixels);
      break;
    case 'prediction': {
      const best = data.probabilities.indexOf(Math.max(...data.probabilities));
      const told = label === undefined ? '' : ` It is a ${label}.`;
      element('answer').textContent = `The network reads a ${best}.${told}`;
      const rows = data.probabilities.map((share, digit) => row(String(digit), percent(share)));
      element('probabilities').replaceChildren(...rows);
      break;
    }
    case 'error':
      finish(`That did not work: ${data.message}`);
      break;
  }
});
worker.addEventListener('error', ({ message }) => finish(`That did not work: ${message}`));
send({ kind: 'open', digits: new URL('digits.bin', document.baseURI).href });
