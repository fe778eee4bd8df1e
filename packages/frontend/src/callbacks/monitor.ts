/** Watching one log value: which one, and whether more of it is better or less. */
import { ArgumentError } from '@addax/core';
import { warn } from '../platform.ts';
import type { Logs } from '../trainer/types.ts';

/** What counts as better. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** Metrics that grow as a model gets better; losses and errors shrink. */
const GROWING =
  /(?:^|_)(?:acc|accuracy|auc|precision|recall|f1_score|fbeta_score|r2_score|iou|mean_io_u|specificity|sensitivity|similarity)(?:_|$)|accuracy/;

/** Whether a value of this name should grow; an error asks for `mode` where it cannot be told. */
export function directionOf(who: string, monitor: string, mode: MonitorMode): 'min' | 'max' {
  if (mode === 'min' || mode === 'max') return mode;
  if (mode !== 'auto') {
    throw new ArgumentError(`${who}: mode must be 'auto', 'min' or 'max', got ${String(mode)}.`);
  }
  return GROWING.test(monitor) ? 'max' : 'min';
}

/** The watched value; a warning lists what there is instead. */
export function monitored(who: string, monitor: string, logs: Logs): number | undefined {
  const value = logs[monitor];
  if (value === undefined) {
    warn(
      `${who} is conditioned on "${monitor}", which is not there. Available are: ` +
        `${Object.keys(logs).join(', ')}.`,
    );
  }
  return value;
}
