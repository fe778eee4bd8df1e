/** Callbacks: classes, and factories in their lower-case names. */
import { BackupAndRestore, type BackupAndRestoreOptions } from './backup-and-restore.ts';
import { CSVLogger, type CSVLoggerOptions } from './csv-logger.ts';
import { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.ts';
import { type CallbackHooks, LambdaCallback } from './lambda-callback.ts';
import {
  LearningRateScheduler,
  type LearningRateSchedulerOptions,
  type Schedule,
} from './learning-rate-scheduler.ts';
import { ModelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.ts';
import { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.ts';
import { TerminateOnNaN } from './terminate-on-nan.ts';

export { Callback, type CallbackParameters, type HookResult } from './callback.ts';
export { CallbackList } from './callback-list.ts';
export { History } from './history.ts';
export { ProgbarLogger } from './progbar-logger.ts';
export {
  BackupAndRestore,
  type BackupAndRestoreOptions,
  type CallbackHooks,
  CSVLogger,
  type CSVLoggerOptions,
  EarlyStopping,
  type EarlyStoppingOptions,
  LambdaCallback,
  LearningRateScheduler,
  type LearningRateSchedulerOptions,
  ModelCheckpoint,
  type ModelCheckpointOptions,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type Schedule,
  TerminateOnNaN,
};

/** {@link EarlyStopping}. */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  return new EarlyStopping(options);
}

/** {@link ReduceLROnPlateau}. */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): ReduceLROnPlateau {
  return new ReduceLROnPlateau(options);
}

/** {@link LearningRateScheduler}. */
export function learningRateScheduler(
  options: LearningRateSchedulerOptions | Schedule,
): LearningRateScheduler {
  return new LearningRateScheduler(options);
}

/** {@link LambdaCallback}. */
export function lambdaCallback(hooks: CallbackHooks): LambdaCallback {
  return new LambdaCallback(hooks);
}

/** {@link TerminateOnNaN}. */
export function terminateOnNaN(): TerminateOnNaN {
  return new TerminateOnNaN();
}

/** {@link CSVLogger}. */
export function csvLogger(options: CSVLoggerOptions): CSVLogger {
  return new CSVLogger(options);
}

/** {@link ModelCheckpoint}. */
export function modelCheckpoint(options: ModelCheckpointOptions): ModelCheckpoint {
  return new ModelCheckpoint(options);
}

/** {@link BackupAndRestore}. */
export function backupAndRestore(options: BackupAndRestoreOptions): BackupAndRestore {
  return new BackupAndRestore(options);
}
