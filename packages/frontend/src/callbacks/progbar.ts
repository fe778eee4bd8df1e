/**
 * Keras' progress line. On a terminal it is redrawn in place, with colours; where output goes to a file
 * or a pipe only the finished line is written, without them.
 */
import type { Logs } from '../trainer/types.ts';

/** Where a bar writes and what time it is; given by whoever makes one. */
export interface ProgbarSurroundings {
  readonly terminal: boolean;
  print(text: string): void;
  /** Seconds. */
  now(): number;
}

const WIDTH = 20;
/** Seconds between two drawings. */
const INTERVAL = 0.05;

/** One line of progress. */
export class Progbar {
  readonly #verbose: 1 | 2;
  readonly #surroundings: ProgbarSurroundings;
  readonly #start: number;
  #target: number | undefined;
  #values: Logs = {};
  #lastUpdate = 0;
  #afterFirstStep: number | undefined;
  #previousWidth = 0;

  constructor(target: number | undefined, verbose: 1 | 2, surroundings: ProgbarSurroundings) {
    this.#target = target;
    this.#verbose = verbose;
    this.#surroundings = surroundings;
    this.#start = surroundings.now();
  }

  /** Draws, if it is time to. */
  update(current: number, logs: Logs, finalize = false, target?: number): void {
    this.#target = target ?? this.#target;
    this.#values = { ...this.#values, ...logs };
    const now = this.#surroundings.now();
    const perStep = this.#stepDuration(current, now);
    if (this.#verbose === 2) {
      if (finalize) this.#surroundings.print(this.#summary(current, now, perStep));
      return;
    }
    if (!finalize && (!this.#surroundings.terminal || now - this.#lastUpdate < INTERVAL)) return;
    this.#surroundings.print(this.#line(current, now, perStep, finalize));
    this.#lastUpdate = now;
  }

  #line(current: number, now: number, perStep: number, finalize: boolean): string {
    const { terminal } = this.#surroundings;
    const target = this.#target;
    const style = (code: string, text: string): string =>
      terminal && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text;
    const count =
      target === undefined ? `${String(current).padStart(7)}/Unknown` : counted(current, target);
    const done = target === undefined ? 0 : Math.floor((WIDTH * current) / target);
    const bar = target === undefined ? ['', ''] : ['━'.repeat(done), '━'.repeat(WIDTH - done)];
    const time =
      target !== undefined && !finalize
        ? duration(perStep * (target - current))
        : `${Math.round(now - this.#start)}s`;
    const info = `${timePerStep(perStep)}${values(this.#values)}`;
    const head = target === undefined ? count : `${style('1', count)} `;
    const text = `${head}${style('32', bar[0]!)}${style('37', bar[1]!)} ${style('1', time)}${info}`;
    if (!terminal) return `${text}\n`;
    const width = `${count} ${bar.join('')} ${time}${info}`.length;
    const erase = `${'\b'.repeat(this.#previousWidth)}\r`;
    const blanks = ' '.repeat(Math.max(0, this.#previousWidth - width));
    this.#previousWidth = width;
    return `${erase}${text}${blanks}${finalize ? '\n' : ''}`;
  }

  #summary(current: number, now: number, perStep: number): string {
    const count = counted(current, this.#target ?? current);
    const seconds = Math.round(now - this.#start);
    return `${count} - ${seconds}s -${timePerStep(perStep)}${values(this.#values)}\n`;
  }

  /** The first step (tracing, compiling) does not count. */
  #stepDuration(current: number, now: number): number {
    if (current === 0) return 0;
    const after = this.#afterFirstStep;
    const per =
      after !== undefined && current > 1
        ? (now - after) / (current - 1)
        : (now - this.#start) / current;
    if (current === 1) this.#afterFirstStep = now;
    return per;
  }
}

function counted(current: number, target: number): string {
  return `${String(current).padStart(String(target).length)}/${target}`;
}

function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (whole > 3600) {
    return `${Math.floor(whole / 3600)}:${two((whole % 3600) / 60)}:${two(whole % 60)}`;
  }
  return whole > 60 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : `${whole}s`;
}

function timePerStep(seconds: number): string {
  if (seconds >= 1 || seconds === 0) return ` ${Math.round(seconds)}s/step`;
  if (seconds >= 1e-3) return ` ${Math.round(seconds * 1e3)}ms/step`;
  return ` ${Math.round(seconds * 1e6)}us/step`;
}

function values(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${name}: ${formatValue(value)}`)
    .join('');
}

/** `%.4f`, or `%.4e` for small values; a NaN is `nan`, as in Keras. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Math.abs(value) > 1e-3) return value.toFixed(4);
  const [mantissa, exponent] = value.toExponential(4).split('e') as [string, string];
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}
